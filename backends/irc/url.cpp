#include "backends/irc/url.hpp"

#include <algorithm>
#include <string>

#include "base/percent.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

std::size_t scheme_size(std::string_view text) {
  for (const std::string_view scheme : {"irc:", "ircs:", "irc6:"}) {
    if (text::ascii_iequals(text.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

/// "irc.eu.libera.chat" -> "libera.chat"
std::string_view domain_of(std::string_view host) {
  const std::size_t last = host.rfind('.');
  if (last == std::string_view::npos || last == 0) return host;
  const std::size_t before = host.rfind('.', last - 1);
  return before == std::string_view::npos ? host : host.substr(before + 1);
}

std::string_view without_port(std::string_view host) {
  const std::size_t end = host.starts_with('[') ? host.find(']') : 0;
  const std::size_t colon = end == std::string_view::npos ? end : host.find(':', end);
  host = host.substr(0, std::min(colon, host.size()));
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

}  // namespace

bool is_same_network(std::string_view host, std::string_view server) {
  if (host.empty() || text::ascii_iequals(host, server)) return true;
  const bool number = host.find_first_not_of("0123456789.") == std::string_view::npos || host.front() == '[';
  return !number && host.find('.') != std::string_view::npos && text::ascii_iequals(domain_of(host), domain_of(server));
}

std::string_view host_of_url(std::string_view url) {
  std::string_view rest = url.substr(scheme_size(url));
  if (!rest.starts_with("//")) return {};
  rest.remove_prefix(2);
  return without_port(rest.substr(0, rest.find('/')));
}

bool is_url(std::string_view text) { return scheme_size(text) != 0; }

Result<Target> parse_url(std::string_view url, std::string_view server) {
  std::string_view rest = url.substr(scheme_size(url));
  if (!rest.starts_with("//")) return failure(Fault::malformed, "an IRC URL begins with irc://");
  rest.remove_prefix(2);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string_view host = without_port(rest.substr(0, slash));
  if (!is_same_network(host, server)) {
    return failure(Fault::malformed, text::without_controls(host, false) + " is a server of another network");
  }
  std::string_view path = rest.substr(std::min(slash + 1, rest.size()));
  path = path.substr(0, std::min(path.find('?'), path.size()));
  const std::size_t comma = std::min(path.find(','), path.size());
  const std::string_view flags = path.substr(comma);
  const auto decoded = text::from_percent(path.substr(0, comma));
  if (!decoded || decoded->empty()) return failure(Fault::malformed, "this IRC URL names no channel and nobody");
  const bool person = flags.find("isnick") != std::string_view::npos || flags.find("isuser") != std::string_view::npos;
  return parse_target(person || looks_like_channel(*decoded) ? *decoded : '#' + *decoded);
}

}  // namespace dragoman::backends::irc
