#include "admin/own_pages.hpp"

#include <algorithm>

#include "net/address_ranges.hpp"
#include "net/http_response_head.hpp"

namespace dragoman::admin {

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::string without_port(const std::string& host) {
  if (host.starts_with('[')) return host;
  return host.substr(0, host.find(':'));
}

}  // namespace

Result<OwnPages> OwnPages::at(const std::string& url) {
  OwnPages pages;
  if (url.empty()) return pages;
  const auto parsed = net::parse_url(url);
  if (!parsed) return parsed.error();
  if (parsed->target != "/") return failure(Fault::malformed, "it must end behind the host, without a path");
  pages.origin_ = net::to_string(*parsed);
  pages.origin_.pop_back();
  pages.host_ = parsed->host;
  return pages;
}

bool OwnPages::is_our_host(const std::string& host) const {
  const std::string name = lower(without_port(host));
  return name == "localhost" || (!host_.empty() && name == host_) || !net::plain_address(host).empty();
}

std::optional<net::HttpResponse> OwnPages::refusal_of(const net::HttpHead& head) const {
  // HTTP/1.0 without a Host is no browser.
  if (!head.host.empty() && !is_our_host(head.host)) {
    return net::make_text_response(421, "This host name is not known here: set url in [admin], or use an IP address.");
  }
  const std::string_view origin = head.fields.get("Origin");
  if (!origin.empty() && origin != origin_ && origin != "http://" + head.host && origin != "https://" + head.host) {
    return net::make_text_response(403, "Other sites may not ask this.");
  }
  const std::string_view site = head.fields.get("Sec-Fetch-Site");
  const bool other_site = site == "cross-site" || site == "same-site";
  // Following a link is fine: the site that has it does not see the page.
  const bool follows_link = head.method == "GET" && head.fields.get("Sec-Fetch-Mode") == "navigate" &&
                            head.fields.get("Sec-Fetch-Dest") == "document";
  if (other_site && !follows_link) return net::make_text_response(403, "Other sites may not ask this.");
  return std::nullopt;
}

}  // namespace dragoman::admin
