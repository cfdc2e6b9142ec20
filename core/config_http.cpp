#include "config_http.hpp"

#include <string_view>

#include "config_admin.hpp"
#include "config_size.hpp"
#include "net/address.hpp"
#include "net/http.hpp"

namespace dragoman {

namespace {

/// Where people reach the listener; a path is that which a proxy takes away in front of ours.
std::string read_public_url(Settings& http, std::vector<std::string>& warnings) {
  std::string url = http.required("public_url", "where strangers reach the listener: \"https://gateway.example.org\"");
  if (url.empty()) return {};
  const auto parsed = net::parse_url(url);
  if (!parsed || url.find_first_of("?#") != std::string::npos) {
    const std::string why = parsed ? "it ends in a query or a fragment" : parsed.error().text;
    http.problem("public_url", why + "; write it like \"https://gateway.example.org\"");
    return {};
  }
  if (!parsed->tls) {
    warnings.push_back(http.where("public_url") + ": what goes over " + url +
                       " is not encrypted: everybody on the way can read links, and files behind them");
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

std::optional<net::Endpoint> read_listen_address(Settings& listener, std::uint16_t default_port) {
  const std::string listen = listener.text("listen");
  if (listen.empty()) return std::nullopt;
  // "*" is no host in an endpoint; this is the address that stands for all, IPv4 too.
  const auto endpoint = net::parse_endpoint(listen.starts_with('*') ? "[::]" + listen.substr(1) : listen, default_port);
  if (endpoint && (endpoint->host == "localhost" || net::parse_address(endpoint->host, 0))) return *endpoint;
  listener.problem("listen", "'" + listen + "' is no IP address and port; write it like \"127.0.0.1:" +
                                 std::to_string(default_port) + '"');
  return std::nullopt;
}

HttpEntry read_http(Settings& file, std::vector<std::string>& warnings) {
  HttpEntry entry;
  if (!file.has("http")) return entry;
  Settings http = file.table("http");
  if (!http.has("listen")) http.problem("", "there is no listen; add where requests come in: \"127.0.0.1:8480\"");
  entry.listen = read_listen_address(http, 8480);
  entry.public_url = read_public_url(http, warnings);
  entry.trusted_proxies = read_trusted_proxies(http);
  net::AddressRanges loopback;
  for (const char* range : {"127.0.0.0/8", "::1"}) static_cast<void>(loopback.add(range));
  if (entry.listen && loopback.contains(entry.listen->host) && entry.trusted_proxies.empty()) {
    warnings.push_back(http.where("listen") + ": without trusted_proxies all callers are that of the proxy in front, " +
                       "and share its limits");
  }
  http.finish();
  return entry;
}

MediaEntry read_media(Settings& file) {
  MediaEntry entry;
  Settings media = file.table("media");
  if (media.is_off("link_lifetime")) {
    entry.link_lifetime.reset();
  } else {
    entry.link_lifetime = media.duration("link_lifetime", *entry.link_lifetime);
    if (*entry.link_lifetime < std::chrono::seconds{1}) {
      media.problem("link_lifetime", "no link would ever be of use; write it like \"30d\", or false: for ever");
    }
  }
  if (const std::string size = media.text("largest_file"); !size.empty()) {
    if (const auto bytes = parse_size(size)) {
      entry.largest_file = *bytes;
    } else {
      media.problem("largest_file", "'" + size + "' is no size; write it like \"100MB\"");
    }
  }
  for (const std::string& range : media.texts("private_ranges")) {
    if (const auto added = entry.private_ranges.add(range); !added) {
      media.problem("private_ranges", added.error().text + "; write it like [\"10.0.0.0/8\"]");
    }
  }
  media.finish();
  return entry;
}

}  // namespace dragoman
