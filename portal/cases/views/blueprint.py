"""The routes of cases."""

from portal.web.routes import Routes

bp = Routes("cases", __name__)
