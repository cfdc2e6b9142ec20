"""Chromium without a window, as the live tests of the status page drive it (chromium-driver and python3-selenium of
Debian)."""

import contextlib
import json
import shutil
import time

from suite import Skip

ADVICE = "apt-get install --no-install-recommends chromium chromium-driver python3-selenium"


@contextlib.contextmanager
def chromium(folder, width=1100, height=760, dark=False):
    """A browser with a profile of its own in `folder`."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        raise Skip(f"Chromium and its driver are needed: {ADVICE}")
    try:
        from selenium import webdriver
    except ImportError:
        raise Skip(f"Selenium is needed: {ADVICE}") from None
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--no-first-run", "--disable-background-networking", f"--user-data-dir={folder}/profile"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    try:
        from selenium.webdriver.chrome.service import Service
        driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    except TypeError:    # Selenium before 4
        driver = webdriver.Chrome(executable_path=shutil.which("chromedriver"), options=options)
    try:
        browser = Browser(driver)
        browser.becomes(width, height, dark)
        yield browser
    finally:
        driver.quit()


class Browser:
    def __init__(self, driver):
        self.driver = driver

    def becomes(self, width, height, dark=False):
        """The size of the page in CSS pixels (a window has a least width), and what the person prefers."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def opens(self, url):
        self.driver.get(url)

    def asks(self, script):
        """What an expression gives in the page."""
        return self.driver.execute_script(f"return ({script})")

    def shows(self, script, patience=10):
        """Waits until an expression is true in the page, and gives it."""
        deadline = time.monotonic() + patience
        while not (answer := self.asks(script)):
            assert time.monotonic() < deadline, (f"not in {patience} s: {script}\nthe page says:\n"
                                                 + str(self.asks("document.body.innerText")))
            time.sleep(0.05)
        return answer

    def has_text(self, text, patience=10):
        """In words or in a drawing."""
        return self.shows("(document.body.innerText + [...document.querySelectorAll('svg')].map(each => each.textContent)"
                          f".join(' ')).includes({json.dumps(text)})", patience)

    def pictured(self, file):
        file.parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(file))

    def complaints(self):
        """What stands in the console of the browser since the last time."""
        return [entry["message"] for entry in self.driver.get_log("browser")]
