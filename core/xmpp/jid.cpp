#include "xmpp/jid.hpp"

#include "xmpp/stringprep.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::size_t part_limit = 1023;  // bytes, RFC 7622 3.1

/// What an ASCII character may stand in, so that the usual address needs no ICU.
enum : unsigned char { in_local = 1, in_domain = 2, in_resource = 4, upper = 8, not_ascii = 16 };

struct AsciiTable {
  unsigned char of[256] = {};
  constexpr AsciiTable() {
    for (unsigned c = 0x20; c < 0x7f; ++c) of[c] = in_local | in_resource;
    // Nodeprep (RFC 3920 appendix A.5) forbids these and the space.
    for (const char c : {' ', '"', '&', '\'', '/', ':', '<', '>', '@'}) of[static_cast<unsigned char>(c)] = in_resource;
    for (unsigned c = 'a'; c <= 'z'; ++c) of[c] |= in_domain;
    for (unsigned c = 'A'; c <= 'Z'; ++c) of[c] |= in_domain | upper;
    for (unsigned c = '0'; c <= '9'; ++c) of[c] |= in_domain;
    for (unsigned c = 0x80; c < 0x100; ++c) of[c] = not_ascii;
    // Underscores are no host name, but there are components called so.
    for (const char c : {'-', '.', '_'}) of[static_cast<unsigned char>(c)] |= in_domain;
  }
};
constexpr AsciiTable ascii;

Error wrong(std::string_view part, std::string_view why) {
  std::string text{part};
  text += ' ';
  text += why;
  return failure(Fault::malformed, std::move(text));
}

constexpr std::string_view local_part = "the part before the @";
constexpr std::string_view domain_part = "the domain";
constexpr std::string_view resource_part = "the part after the /";

/// Appends the prepared part. On failure `out` is thrown away by the caller.
Result<void> append_part(std::string& out, std::string_view part, Prep profile, Unassigned unassigned,
                         unsigned char allowed, std::string_view name) {
  if (part.empty()) return wrong(name, "is empty");
  if (part.size() > part_limit) return wrong(name, "is longer than 1023 bytes");
  unsigned char every = allowed, any = 0;
  for (const char c : part) {
    const unsigned char kind = ascii.of[static_cast<unsigned char>(c)];
    every &= kind;
    any |= kind;
  }
  const std::size_t start = out.size();
  if (every != 0) {
    out += part;
    if (profile == Prep::resource || (any & upper) == 0) return {};
    for (std::size_t i = start; i < out.size(); ++i) {
      if (out[i] >= 'A' && out[i] <= 'Z') out[i] = static_cast<char>(out[i] | 0x20);
    }
    return {};
  }
  if ((any & not_ascii) == 0) return wrong(name, to_string(PrepResult::forbidden));
  const PrepResult result = append_prepared(out, part, profile, unassigned);
  if (result != PrepResult::ok) return wrong(name, to_string(result));
  // Characters that are mapped to nothing (soft hyphens) may leave nothing.
  if (out.size() == start) return wrong(name, "is empty");
  if (out.size() - start > part_limit) return wrong(name, to_string(PrepResult::too_long));
  return {};
}

bool is_ipv6_literal(std::string_view domain) {
  if (domain.size() < 4 || domain.front() != '[' || domain.back() != ']') return false;
  for (const char c : domain.substr(1, domain.size() - 2)) {
    const bool fits =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    if (!fits) return false;
  }
  return true;
}

Result<void> append_domain(std::string& out, std::string_view domain, Unassigned unassigned) {
  if (is_ipv6_literal(domain)) {
    for (const char c : domain) out += c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c;
    return {};
  }
  // RFC 7622 3.2: a final dot is dropped before anything else.
  if (domain.size() > 1 && domain.back() == '.') domain.remove_suffix(1);
  const std::size_t start = out.size();
  auto appended = append_part(out, domain, Prep::domain, unassigned, in_domain, domain_part);
  if (!appended) return appended;
  const auto prepared = std::string_view{out}.substr(start);
  if (prepared.front() == '.' || prepared.back() == '.' || prepared.find("..") != std::string_view::npos) {
    return wrong(domain_part, "has an empty label");
  }
  return {};
}

}  // namespace

struct Jid::Parts {
  std::string_view local, domain, resource;
  bool has_local = false, has_resource = false;
};

Result<Jid> Jid::assemble(const Parts& parts, Unassigned unassigned) {
  Jid jid;
  jid.text_.reserve(parts.local.size() + parts.domain.size() + parts.resource.size() + 2);
  if (parts.has_local) {
    auto appended = append_part(jid.text_, parts.local, Prep::local, unassigned, in_local, local_part);
    if (!appended) return std::move(appended).error();
    jid.local_ = static_cast<std::uint16_t>(jid.text_.size());
    jid.text_ += '@';
  }
  auto appended = append_domain(jid.text_, parts.domain, unassigned);
  if (!appended) return std::move(appended).error();
  jid.domain_ = static_cast<std::uint16_t>(jid.text_.size() - jid.domain_at());
  if (parts.has_resource) {
    jid.text_ += '/';
    appended = append_part(jid.text_, parts.resource, Prep::resource, unassigned, in_resource, resource_part);
    if (!appended) return std::move(appended).error();
  }
  return jid;
}

Result<Jid> Jid::parse(std::string_view text) {
  Parts parts;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    parts.has_resource = true;
    parts.resource = text.substr(slash + 1);
    text = text.substr(0, slash);
  }
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    parts.has_local = true;
    parts.local = text.substr(0, at);
    text = text.substr(at + 1);
  }
  parts.domain = text;
  return assemble(parts, Unassigned::allowed);
}

Result<Jid> Jid::make(std::string_view local, std::string_view domain, std::string_view resource) {
  // XEP-0106 4.2: an escaped space may not be the first or the last character of a localpart.
  if (local.starts_with("\\20") || local.ends_with("\\20")) return wrong(local_part, "starts or ends with a space");
  return assemble({local, domain, resource, !local.empty(), !resource.empty()}, Unassigned::refused);
}

std::string_view Jid::resource() const {
  return is_bare() ? std::string_view{} : std::string_view{text_}.substr(domain_at() + domain_ + 1u);
}

Jid Jid::bare() const {
  Jid jid;
  jid.text_ = bare_view();
  jid.local_ = local_;
  jid.domain_ = domain_;
  return jid;
}

Result<Jid> Jid::with_resource(std::string_view resource) const {
  Jid jid = bare();
  if (resource.empty()) return jid;
  jid.text_ += '/';
  auto appended = append_part(jid.text_, resource, Prep::resource, Unassigned::refused, in_resource, resource_part);
  if (!appended) return std::move(appended).error();
  return jid;
}

}  // namespace dragoman::xmpp
