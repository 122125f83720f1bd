"""Makes the environment: checks the machine, then `.venv` with the portal in it.

Only the standard library, and only words that old Pythons can read: a machine with the wrong
Python must hear so in one line. `bin/setup`, `bin/demo`, `bin/dev`, `bin/test` and `bin/ci` are
thin over this file.

    python3 bin/_setup.py [--dev] [--newest] [--then demo|dev|test ARG...]
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
SCRIPTS = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
STAMP = os.path.join(VENV, "portal-setup.json")
CONSTRAINTS = os.path.join(ROOT, "constraints.txt")
PANGO_DEBIAN = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
PANGO_PROBE = """
import ctypes, ctypes.util, sys
wanted = ("gobject-2.0", "pango-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig", "pangoft2-1.0")
for name in wanted:
    spellings = ["lib%s.so.0" % name, "lib%s.so.1" % name, "lib%s-0.dll" % name, "lib%s-1.dll" % name]
    spellings += ["lib%s.0.dylib" % name, "lib%s.1.dylib" % name, "/opt/homebrew/lib/lib%s.0.dylib" % name]
    spellings += ["/opt/homebrew/lib/lib%s.dylib" % name, ctypes.util.find_library(name)]
    for spelling in filter(None, spellings):
        try:
            ctypes.CDLL(spelling)
            break
        except OSError:
            pass
    else:
        sys.exit(1)
"""
RENDER_PROBE = """
import weasyprint
pdf = weasyprint.HTML(string="<p lang=pl>\\u0141\\u00f3d\\u017a, \\u00e7\\u00e3o, \\u00f1</p>").write_pdf()
raise SystemExit(0 if pdf.startswith(b"%PDF") else 1)
"""


class Missing(Exception):
    """What is wrong with the machine, and the cure."""

    def __init__(self, problem, cure):
        Exception.__init__(self, "%s. %s" % (problem, cure))


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def debian():
    return os.path.exists("/etc/debian_version") and bool(which("apt-get"))


def which(program):
    return getattr(shutil, "which", lambda name: None)(program)


def root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def check_python():
    if sys.version_info < (3, 11):
        raise Missing(
            "Python 3.11 or newer is needed, this is %s" % platform.python_version(),
            "Install it (Debian 12, Ubuntu 24.04: apt install python3 python3-venv; elsewhere: python.org) and start again",
        )


def check_venv():
    try:
        import ensurepip
        import venv

        return ensurepip, venv
    except ImportError:
        raise Missing(
            "Python's venv module is missing", "On Debian and Ubuntu: apt install python3-venv"
        )


def check_folder():
    probe = os.path.join(ROOT, ".writable")
    try:
        with open(probe, "w"):
            pass
        os.remove(probe)
    except (IOError, OSError):
        raise Missing(
            "The folder %s cannot be written" % ROOT,
            "Change its owner, or clone into a folder of your own",
        )


def check_disk():
    free = shutil.disk_usage(ROOT).free // (1024 * 1024)
    if free < 500 and not os.path.exists(STAMP):
        raise Missing("Only %d MB are free on the disk" % free, "Make room: 500 MB are needed")


def check_sqlite():
    import sqlite3

    if sqlite3.sqlite_version_info < (3, 35):
        raise Missing(
            "SQLite 3.35 or newer is needed, this Python has %s" % sqlite3.sqlite_version,
            "Use a newer Python",
        )
    try:
        sqlite3.connect(":memory:").execute("create virtual table probe using fts5(words)")
    except sqlite3.OperationalError:
        raise Missing(
            "This Python's SQLite lacks full-text search (FTS5)",
            "Use the Python of your system or of python.org",
        )


def check_settings():
    probe = (
        "import sys; sys.path.insert(0, %r)\n"
        "from portal.config import SettingError, Settings\n"
        "try: Settings.from_env()\n"
        "except SettingError as error: sys.exit(str(error))" % ROOT
    )
    child = subprocess.Popen([sys.executable, "-c", probe], stderr=subprocess.PIPE, cwd=ROOT)
    words = child.communicate()[1].decode("utf-8", "replace").strip()
    if child.returncode:
        raise Missing("A setting is wrong", words.splitlines()[-1])


def check_port():
    import socket

    port = int(os.environ.get("PORTAL_PORT", "8000"))
    probe = socket.socket()
    if os.name != "nt":
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((os.environ.get("PORTAL_HOST", "127.0.0.1"), port))
    except OSError:
        raise Missing(
            "Port %d is taken" % port,
            "Stop what listens there, or choose another: PORTAL_PORT=8001 bin/demo",
        )
    finally:
        probe.close()


def check_pango():
    if pango_loads():
        return
    if debian() and root():
        say("Installing Pango, which the PDFs need ...")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.call(["apt-get", "update", "-qq"], env=environment, stdout=subprocess.DEVNULL)
        subprocess.call(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends"] + PANGO_DEBIAN.split(),
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        if pango_loads():
            return
    raise Missing("Pango is missing, which the PDFs are made with", pango_cure())


def pango_loads():
    return subprocess.call([sys.executable, "-c", PANGO_PROBE], stderr=subprocess.DEVNULL) == 0


def pango_cure():
    if sys.platform == "darwin":
        return "brew install pango"
    if os.name == "nt":
        return "With MSYS2: pacman -S mingw-w64-x86_64-pango, then set WEASYPRINT_DLL_DIRECTORIES to its bin folder"
    if debian():
        return "sudo apt install " + PANGO_DEBIAN
    if which("dnf"):
        return "sudo dnf install pango"
    if which("apk"):
        return "apk add pango font-dejavu"
    return "Install Pango 1.44 or newer and a font with your system's package manager"


def check_render():
    """A PDF with accents, once after each installation."""
    child = subprocess.Popen([script("python"), "-c", RENDER_PROBE], stderr=subprocess.PIPE)
    words = child.communicate()[1].decode("utf-8", "replace").strip()
    if child.returncode:
        last = words.splitlines()[-1] if words else "the process died; is any font installed?"
        raise Missing("A PDF cannot be made (%s)" % last, pango_cure())


def script(name):
    return os.path.join(SCRIPTS, name + (".exe" if os.name == "nt" else ""))


def fingerprint(newest):
    """Changes when the environment must be made anew: what is wanted, by which Python, where."""
    digest = hashlib.sha256()
    for path in [os.path.join(ROOT, "pyproject.toml")] + ([] if newest else [CONSTRAINTS]):
        if os.path.exists(path):
            with open(path, "rb") as file:
                digest.update(file.read())
    digest.update(repr((sys.version_info[:2], VENV, newest)).encode("utf-8"))
    return digest.hexdigest()


def stamped():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (IOError, OSError, ValueError):
        return {}


def install(extras, newest):
    """Install what is missing; a second time costs nothing."""
    wanted = fingerprint(newest)
    done = stamped()
    if done.get("of") != wanted:
        done = {"of": wanted, "extras": []}
    if set(extras) <= set(done["extras"]) and os.path.exists(script("portal")):
        return False
    say("Setting up (once, about a minute) ...")
    here = [VENV, "%d.%d" % sys.version_info[:2]]
    if not os.path.exists(script("python")) or stamped().get("made", here) != here:
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", VENV])
    command = [script("python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if newest:
        command += ["--upgrade", "--upgrade-strategy", "eager"]
    elif os.path.exists(CONSTRAINTS):
        command += ["--constraint", CONSTRAINTS]
    extras = sorted(set(extras) | set(done["extras"]))
    if subprocess.call(command + ["--editable", "%s[%s]" % (ROOT, ",".join(extras))]):
        raise Missing(
            "The Python packages could not be installed",
            "See the lines above; is the package index reachable",
        )
    check_render()
    with open(STAMP, "w") as file:
        json.dump({"of": wanted, "extras": extras, "made": here}, file)
    return True


def prepare(extras, newest, serving):
    check_python()
    checks = [check_venv, check_folder, check_disk, check_sqlite, check_settings, check_pango]
    for check in checks + ([check_port] if serving else []):
        check()
    install(extras, newest)
    if subprocess.call([script("python"), os.path.join(ROOT, "bin", "_catalogues.py")]):
        raise Missing("A catalogue of words cannot be compiled", "See the line above")


def run(*command):
    code = subprocess.call([script(command[0])] + list(command[1:]), cwd=ROOT)
    if code:
        sys.exit(code)


def become(*command):
    """Hand this process over, so that Ctrl-C and signals reach the product itself."""
    os.chdir(ROOT)
    if os.name == "nt":
        sys.exit(subprocess.call([script(command[0])] + list(command[1:])))
    os.execv(script(command[0]), [script(command[0])] + list(command[1:]))


def serve():
    run("portal", "init")
    run("portal", "demo", "--if-empty")
    become("portal", "serve", "--with-worker")


def test(arguments):
    become("python", "-m", "pytest", *(arguments or ["-n", "auto", "--maxprocesses", "4"]))


def main(arguments):
    then, rest = None, []
    if "--then" in arguments:
        at = arguments.index("--then")
        then, rest, arguments = arguments[at + 1], arguments[at + 2 :], arguments[:at]
    unknown = set(arguments) - {"--dev", "--newest"}
    if unknown or then not in (None, "demo", "dev", "test"):
        say("usage: " + __doc__.strip().splitlines()[-1].strip())
        return 2
    extras = ["postgres", "sign", "xlsx"] + (["dev"] if "--dev" in arguments else [])
    try:
        prepare(extras, "--newest" in arguments, then in ("demo", "dev"))
    except Missing as missing:
        say("setup: %s" % missing)
        return 1
    except KeyboardInterrupt:
        return 130
    if then == "test":
        test(rest)
    if then in ("demo", "dev"):
        if then == "dev":
            os.environ.setdefault("PORTAL_DEBUG", "1")
        serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
