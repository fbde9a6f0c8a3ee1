"""Logs into a class's hub as a learner does, with the form, and waits for the seat: python enter.py URL NAME PASSWORD

It prints a token for the seat's API; the seat is at URL/user/NAME. The exit status is 3 if the hub refuses the password.
"""
import http.cookiejar
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

url, name, password = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3]
cookies = http.cookiejar.CookieJar()
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))


def call(path, data=None, headers=None, method=None):
    headers = {"Referer": url + "/hub/", **(headers or {})}
    request = urllib.request.Request(url + path, data=data, headers=headers, method=method)
    with browser.open(request, timeout=120) as answer:
        return answer.geturl(), answer.read().decode()


def xsrf():
    """The newest of the cookies by this name; the hub sets one for each of its paths."""
    return [c.value for c in cookies if c.name == "_xsrf" and c.path.startswith("/hub")][-1]


def api(method, path, body=None):
    _, text = call("/hub/api" + path, None if body is None else json.dumps(body).encode(), {"X-XSRFToken": xsrf(), "Content-Type": "application/json"}, method)
    return json.loads(text) if text else None


call("/hub/login")
form = urllib.parse.urlencode({"username": name, "password": password, "_xsrf": xsrf()}).encode()
try:
    at, page = call("/hub/login?next=%2Fhub%2Fhome", form)
except urllib.error.HTTPError as e:
    print("refused" if e.code in (401, 403) else e, file=sys.stderr)
    sys.exit(3)
if "/hub/login" in at or "Invalid username or password" in page:
    print("refused", file=sys.stderr)
    sys.exit(3)
start = time.monotonic()
try:
    call(f"/hub/spawn/{name}")
except urllib.error.HTTPError as e:
    if e.code not in (404, 503):  # not there yet
        sys.exit(f"the hub starts no seat: {e}")
while not (api("GET", f"/users/{name}").get("servers", {}).get("", {}).get("ready")):
    if time.monotonic() - start > 900:
        sys.exit("the seat is not ready after 900 s")
    time.sleep(3)
print(f"the seat was ready after {time.monotonic() - start:.1f} s", file=sys.stderr)
print(api("POST", f"/users/{name}/tokens", {"note": "enter.py"})["token"])
