#include "backends/webhook/dead_page.hpp"

#include <algorithm>

#include <openssl/sha.h>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t shown_lines = 3, shown_bytes = 300;

constexpr std::string_view style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color-scheme:light dark}"
    "article{border-top:1px solid #8888;padding:.7em 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3em 0}"
    "small{opacity:.75}form{display:inline}button{font:inherit}p.said{border:1px solid #8888;padding:.5em}";

std::string escaped(std::string_view text) {
  std::string all;
  for (const char each : text::without_controls(text::to_xml_text(text), true)) {
    switch (each) {
      case '&':
        all += "&amp;";
        break;
      case '<':
        all += "&lt;";
        break;
      case '>':
        all += "&gt;";
        break;
      case '"':
        all += "&quot;";
        break;
      case '\'':
        all += "&#39;";
        break;
      default:
        all += each;
    }
  }
  return all;
}

/// Lets the page's own style be, and forms go back to where it came from; nothing else.
std::string policy() {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(style.data()), style.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return "default-src 'none'; style-src 'sha256-" + text::to_base64(digest) +
         "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}

net::HttpResponse framed(int status, const std::string& title, const std::string& inside) {
  static const std::string content_policy = policy();
  net::HttpResponse response;
  response.status = status;
  response.fields.set("Content-Type", "text/html; charset=utf-8");
  response.fields.set("Content-Security-Policy", content_policy);
  response.fields.set("Cache-Control", "no-store");
  response.fields.set("Referrer-Policy", "same-origin");  // the address lets its bearer in
  response.fields.set("X-Content-Type-Options", "nosniff");
  response.fields.set("X-Frame-Options", "DENY");
  response.fields.set("X-Robots-Tag", "noindex");
  response.body = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title) +
                  "</title>\n<meta name=\"viewport\" content=\"width=device-width\"><style>" + std::string{style} +
                  "</style></head>\n<body><h1>" + escaped(title) + "</h1>\n" + inside + "</body></html>\n";
  return response;
}

std::string button(const DeadPage& page, const std::string& letter, const std::string& label) {
  return "<form method=\"post\"><input type=\"hidden\" name=\"consent\" value=\"" + escaped(page.consent) +
         "\"><button name=\"letter\" value=\"" + escaped(letter) + "\">" + label + "</button></form>\n";
}

std::string shown(const DeadPage& page, const DeadPage::Letter& letter) {
  const std::string attempts = std::to_string(letter.attempts) + (letter.attempts == 1 ? " attempt" : " attempts");
  return "<article><b>" + escaped(letter.time) + " UTC</b>: " + escaped(letter.why) + " (" + attempts + ")<br><small>" +
         escaped(letter.about) + ", " + escaped(letter.id) + "</small><pre dir=\"auto\">" + escaped(letter.text) +
         "</pre>\n" + button(page, letter.id, "Send again") + "</article>\n";
}

}  // namespace

std::string first_lines(std::string_view text) {
  text = text::trim(text);
  std::size_t end = 0;
  for (std::size_t line = 0; line < shown_lines && end < text.size(); ++line) {
    end = std::min(text.find('\n', line == 0 ? 0 : end + 1), text.size());
  }
  std::string first{text::cut(text.substr(0, end), shown_bytes)};
  return first.size() < text.size() ? first + " ..." : first;
}

net::HttpResponse show(const DeadPage& page) {
  std::string inside;
  if (!page.said.empty()) inside += "<p class=\"said\">" + escaped(page.said) + "</p>\n";
  inside += "<p>" + std::to_string(page.total) + " given up, " + std::to_string(page.waiting) + " waiting.";
  if (!page.state.empty()) inside += " The other side: " + escaped(page.state) + '.';
  inside += " What was given up is kept for 14 days.</p>\n";
  if (page.total > 0) inside += button(page, "all", "Send all again");
  for (const DeadPage::Letter& letter : page.letters) inside += shown(page, letter);
  if (page.pages > 1) {
    inside += "<p>Page " + std::to_string(page.page) + " of " + std::to_string(page.pages);
    if (page.page > 1) inside += " <a href=\"?page=" + std::to_string(page.page - 1) + "\">newer</a>";
    if (page.page < page.pages) inside += " <a href=\"?page=" + std::to_string(page.page + 1) + "\">older</a>";
    inside += "</p>\n";
  }
  return framed(200, "What " + page.hook + " has given up", inside);
}

net::HttpResponse show_refusal(int status, const std::string& text) {
  return framed(status, "This page is not to be had", "<p>" + escaped(text) + "</p>\n");
}

}  // namespace dragoman::backends::webhook
