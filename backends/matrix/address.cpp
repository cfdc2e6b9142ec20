#include "backends/matrix/address.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/percent.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using Kind = Address::Kind;

constexpr char lower_hex[] = "0123456789abcdef";

bool is_digit_or_letter(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<Kind> kind_of(char sigil) {
  switch (sigil) {
    case '@':
      return Kind::user;
    case '!':
      return Kind::room;
    case '#':
      return Kind::alias;
    default:
      return std::nullopt;
  }
}

void append_byte(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += "^0";
  out += lower_hex[byte >> 4];
  out += lower_hex[byte & 15];
}

void append_unit(std::string& out, char c, bool at_an_end) {
  const auto byte = static_cast<unsigned char>(c);
  if (c >= 'A' && c <= 'Z') {
    out += '^';
    out += static_cast<char>(c - 'A' + 'a');
  } else if (c == '^') {
    out += "^^";
  } else if (byte < ' ' || byte >= 0x7f || c == '%' || (c == ' ' && at_an_end)) {
    append_byte(out, c);
  } else {
    out += c;
  }
}

Error not_an_address(std::string why) { return failure(Fault::malformed, std::move(why)); }

/// A user or alias: what was read must be complete, and its server one that can exist.
Result<Address> checked(Kind kind, std::string id) {
  if (id.size() > 255) return not_an_address("no address of Matrix has more than 255 bytes");
  if (id.find('\0') != std::string::npos) return not_an_address("an address of Matrix has no NUL in it");
  if (kind == Kind::room) {
    if (id.size() < 2) return not_an_address("the id of the room is missing after the !");
    return Address{kind, std::move(id)};
  }
  const std::string_view server = server_in(id);
  if (server.empty()) {
    return not_an_address(kind == Kind::user ? "the server is missing: a user of Matrix is @name:server"
                                             : "the server is missing: a room of Matrix is #name:server");
  }
  if (!is_server_name(server)) {
    return not_an_address("“" + text::without_controls(server, false) + "” is not the name of a server");
  }
  if (name_in(id).empty() && kind == Kind::alias) return not_an_address("the name of the room is missing after the #");
  return Address{kind, std::move(id)};
}

/// Servers are compared as they are written, and people write them as they like.
void lower_server(std::string& id) {
  const std::size_t at = id.size() - server_in(id).size();
  id.replace(at, std::string::npos, text::ascii_lower(std::string_view{id}.substr(at)));
}

/// "@alice:hs.tld", "alice%hs.tld", "#tea#hs.tld"
Result<Address> parse_text(std::string_view text) {
  if (text.empty()) return not_an_address("the address is empty");
  const std::optional<Kind> kind = kind_of(text.front());
  const std::size_t colon = text.find(':');
  const std::size_t percent = text.find('%');
  // "#tea%hs.tld:8448" is a localpart, "#50%off:hs.tld" as Matrix writes it.
  const bool localpart = percent < colon && (kind != Kind::user) &&
                         (colon == std::string_view::npos || is_server_name(text.substr(percent + 1)));
  if (kind && colon != std::string_view::npos && !localpart) return checked(*kind, std::string{text});
  if (const std::size_t sign = text.rfind('#'); kind == Kind::alias && sign > 0 && percent == std::string_view::npos) {
    return checked(Kind::alias, std::string{text.substr(0, sign)} + ':' + std::string{text.substr(sign + 1)});
  }
  if (kind == Kind::user && percent != std::string_view::npos) text.remove_prefix(1);
  auto id = from_localpart(text);
  if (!id) return id.error();
  // "@!tea%hs.tld": what stands behind the @ is a room.
  if (kind == Kind::user && !id->starts_with('@')) return not_an_address("the name of the user is missing after the @");
  return checked(kind.value_or(Kind::user), std::move(*id));
}

std::string decoded(std::string_view encoded) {
  return text::from_percent(encoded).value_or(std::string{encoded});  // older clients encode nothing
}

std::vector<std::string> read_via(std::string_view query) {
  std::vector<std::string> servers;
  for (const std::string_view item : text::split(query, '&')) {
    if (!item.starts_with("via=")) continue;
    std::string server = decoded(item.substr(4));
    if (is_server_name(server) && servers.size() < 10) servers.push_back(std::move(server));
  }
  return servers;
}

/// The rest behind a scheme or another beginning, which any letters may be written in.
std::optional<std::string_view> behind(std::string_view text, std::string_view beginning) {
  if (!text::ascii_iequals(text.substr(0, beginning.size()), beginning)) return std::nullopt;
  return text.substr(beginning.size());
}

struct LinkParts {
  std::string_view path, query;
};
LinkParts divide(std::string_view link) {
  const std::size_t mark = std::min(link.find('?'), link.size());
  return {link.substr(0, mark), mark == link.size() ? std::string_view{} : link.substr(mark + 1)};
}

Result<Address> read_named(std::string id, std::string_view query) {
  const auto kind = id.empty() ? std::nullopt : kind_of(id.front());
  if (!kind) return not_an_address("the link names neither a user nor a room of Matrix");
  auto address = checked(*kind, std::move(id));
  if (address && address->kind != Kind::room) lower_server(address->id);
  if (address) address->via = read_via(query);
  return address;
}

/// "#/!room:hs/$event?via=hs", behind the host. Slashes in ids are percent-encoded, but not by everybody: what stands
/// behind the first one names an event when it begins like one.
Result<Address> read_matrix_to(std::string_view rest) {
  const auto [path, query] = divide(rest);
  std::string_view id = path;
  for (const std::string_view event : {"/$", "/%24"}) id = id.substr(0, id.find(event));
  while (id.ends_with('/')) id.remove_suffix(1);
  return read_named(decoded(id), query);
}

/// "roomid/AbC:hs/e/event?via=hs", behind the scheme.
Result<Address> read_matrix_uri(std::string_view rest) {
  auto [path, query] = divide(rest.substr(0, rest.find('#')));
  if (path.starts_with("//")) path.remove_prefix(std::min(path.find('/', 2), path.size() - 1) + 1);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return not_an_address("the link has no name behind the kind of what it names");
  static constexpr std::pair<std::string_view, char> types[] = {
      {"u", '@'}, {"user", '@'}, {"r", '#'}, {"room", '#'}, {"roomid", '!'}};
  for (const auto& [type, sigil] : types) {
    if (path.substr(0, slash) != type) continue;
    std::string_view id = path.substr(slash + 1);
    for (const std::string_view event : {"/e/", "/event/"}) id = id.substr(0, id.find(event));
    return read_named(sigil + decoded(id), query);
  }
  return not_an_address("a link to Matrix begins with matrix:u/, matrix:r/ or matrix:roomid/");
}

constexpr std::string_view matrix_to[] = {"https://matrix.to/#/", "http://matrix.to/#/", "matrix.to/#/"};
constexpr std::string_view matrix_scheme = "matrix:";

}  // namespace

std::string to_localpart(std::string_view id) {
  std::string out;
  out.reserve(id.size() + 8);
  bool in_name = true;
  if (id.starts_with('@')) {
    id.remove_prefix(1);
    // A user called "#tea" is no room.
    if (!id.empty() && (kind_of(id.front()) || id.front() == ' ')) {
      append_byte(out, id.front());
      id.remove_prefix(1);
    }
  }
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (in_name && id[i] == ':') {
      out += '%';
      in_name = false;
    } else {
      append_unit(out, id[i], out.empty() || i + 1 == id.size());
    }
  }
  return out;
}

Result<std::string> from_localpart(std::string_view localpart) {
  std::string id;
  id.reserve(localpart.size() + 1);
  if (localpart.empty() || (localpart.front() != '!' && localpart.front() != '#')) id += '@';
  bool in_name = true;
  for (std::size_t i = 0; i < localpart.size(); ++i) {
    const char c = localpart[i];
    const char next = i + 1 < localpart.size() ? localpart[i + 1] : '\0';
    if (c == '%' && in_name) {
      id += ':';
      in_name = false;
    } else if (c != '^') {
      id += c;
    } else if (next >= 'a' && next <= 'z') {
      id += static_cast<char>(next - 'a' + 'A');
      ++i;
    } else if (next == '^') {
      id += '^';
      ++i;
    } else if (next == '0' && i + 3 < localpart.size() && hex_digit(localpart[i + 2]) >= 0 &&
               hex_digit(localpart[i + 3]) >= 0) {
      id += static_cast<char>(hex_digit(localpart[i + 2]) * 16 + hex_digit(localpart[i + 3]));
      i += 3;
    } else {
      return not_an_address("behind ^ stands a letter, another ^, or 0 and two hexadecimal digits");
    }
  }
  return id;
}

std::string_view name_in(std::string_view id) {
  if (!id.empty()) id.remove_prefix(1);
  return id.substr(0, id.find(':'));
}

std::string_view server_in(std::string_view id) {
  const std::size_t colon = id.find(':');
  return colon == std::string_view::npos ? std::string_view{} : id.substr(colon + 1);
}

bool is_server_name(std::string_view text) {
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos || end < 3 || end > 46) return false;
    const std::string_view inside = text.substr(1, end - 1);
    if (inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    ++end;
  } else {
    while (end < text.size() && (is_digit_or_letter(text[end]) || text[end] == '-' || text[end] == '.')) ++end;
    if (end == 0 || end > 255) return false;
  }
  if (end == text.size()) return true;
  const std::string_view port = text.substr(end + 1);
  return text[end] == ':' && !port.empty() && port.size() <= 5 &&
         port.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<Address> parse_address(std::string_view text) { return parse_text(text::trim(text)); }

bool is_matrix_link(std::string_view text) {
  return behind(text, matrix_scheme) ||
         std::any_of(std::begin(matrix_to), std::end(matrix_to), [&](auto each) { return behind(text, each); });
}

Result<Address> parse_typed_address(std::string_view text) {
  text = text::trim(text);
  for (const std::string_view beginning : matrix_to) {
    if (const auto rest = behind(text, beginning)) return read_matrix_to(*rest);
  }
  if (const auto rest = behind(text, matrix_scheme)) return read_matrix_uri(*rest);
  // "alice:hs.tld" has lost its sigil on the way.
  const bool sigil = !text.empty() && kind_of(text.front());
  const bool bare = !sigil && text.find('%') == std::string_view::npos && is_server_name(server_in(text));
  auto address = parse_text(bare ? "@" + std::string{text} : std::string{text});
  if (address && address->kind != Kind::room) lower_server(address->id);
  return address;
}

std::string percent_encode(std::string_view text) { return text::to_percent(text); }

std::string to_link(std::string_view id) { return "https://matrix.to/#/" + percent_encode(id); }

}  // namespace dragoman::backends::matrix
