"""The routes of calendars and service plans, and the words their pages share."""

from portal.sla.forms.plans import PRIORITIES
from portal.sla.views import wording
from portal.sla.written import hours_text, span_text
from portal.web.routes import Routes

bp = Routes("sla", __name__, url_prefix="/settings")
bp.add_app_template_global(wording.week_lines, "week_lines")
bp.add_app_template_global(wording.country_name, "country_name")
bp.add_app_template_global(wording.told, "told")
bp.add_app_template_global(lambda hours: wording.shown(hours_text(hours)), "shown_hours")
bp.add_app_template_global(span_text, "business_span")
bp.add_app_template_global(lambda: PRIORITIES, "priorities")
