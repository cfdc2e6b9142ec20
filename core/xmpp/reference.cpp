#include "xmpp/reference.hpp"

#include <optional>
#include <utility>

#include "base/text.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::string_view scheme = "xmpp:";

bool stands_for_itself(char c) {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view{"-._~!$&'()*+,;=:@"}.find(c) != std::string_view::npos;
}

void append_encoded(std::string& uri, std::string_view text) {
  for (const char c : text) {
    if (stands_for_itself(c)) {
      uri += c;
    } else {
      uri += '%';
      uri += text::to_hex({&c, 1});
    }
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
    out += low < 0 ? text[i] : static_cast<char>(high * 16 + low);
    if (low >= 0) i += 2;
  }
  return out;
}

/// The JID of a URI without its query: "xmpp:tea@irc.example.org/bob?message" -> "tea@irc.example.org/bob".
std::optional<Jid> read_uri(std::string_view uri) {
  if (!uri.starts_with(scheme)) return std::nullopt;
  uri.remove_prefix(scheme.size());
  auto jid = Jid::parse(decoded(uri.substr(0, uri.find('?'))));
  if (!jid) return std::nullopt;
  return std::move(*jid);
}

}  // namespace

std::vector<Mention> read_mentions(const Element& message, std::string_view body) {
  std::vector<Mention> mentions;
  for (const Element& child : message.children) {
    if (!child.is("reference", reference_ns) || child.get("type") != "mention") continue;
    const auto begin = read_offset(child.get("begin")), end = read_offset(child.get("end"));
    auto jid = read_uri(child.get("uri"));
    if (!begin || !end || !jid || *begin >= *end) continue;
    const Range range{text::offset_of(body, *begin), text::offset_of(body, *end)};
    if (range.begin < range.end) mentions.push_back({range, std::move(*jid)});
  }
  return mentions;
}

void write_mention(Writer& writer, std::string_view body, const Mention& mention) {
  const std::size_t begin = text::length(body.substr(0, mention.range.begin));
  const std::size_t size = text::length(body.substr(mention.range.begin, mention.range.end - mention.range.begin));
  writer.open("reference", reference_ns);
  writer.attribute("type", "mention");
  writer.attribute("begin", std::to_string(begin));
  writer.attribute("end", std::to_string(begin + size));
  writer.attribute("uri", to_uri(mention.jid));
  writer.close();
}

std::string to_uri(const Jid& jid) {
  std::string uri{scheme};
  if (!jid.local().empty()) {
    append_encoded(uri, jid.local());
    uri += '@';
  }
  append_encoded(uri, jid.domain());
  if (!jid.resource().empty()) {
    uri += '/';
    append_encoded(uri, jid.resource());
  }
  return uri;
}

}  // namespace dragoman::xmpp
