#include "backends/matrix/appservice_requests.hpp"

#include <charconv>
#include <utility>

#include "backends/matrix/json.hpp"
#include "base/hmac.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using ServiceKind = ServiceRequest::Kind;

/// One or more places behind a prefix.
struct ServicePlace {
  std::string_view prefix;
  ServiceKind kind;
  bool named;  ///< something stands behind the prefix
};

constexpr ServicePlace service_places[] = {
    {"transactions/", ServiceKind::transaction, true},
    {"users/", ServiceKind::user, true},
    {"rooms/", ServiceKind::alias, true},
    {"ping", ServiceKind::ping, false},
    {"thirdparty/protocol/", ServiceKind::protocol, true},
    {"thirdparty/user/", ServiceKind::third_party_user, true},
    {"thirdparty/location/", ServiceKind::third_party_room, true},
    {"thirdparty/user", ServiceKind::third_party_user, false},
    {"thirdparty/location", ServiceKind::third_party_room, false},
};

/// Of "/_matrix/app/v1/users/x" it is "users/x"; the third parties stood at "/_matrix/app/unstable/" before.
std::string_view without_version(std::string_view path) {
  for (const std::string_view front : {"/_matrix/app/v1/", "/_matrix/app/unstable/", "/"}) {
    if (path.starts_with(front)) return path.substr(front.size());
  }
  return {};
}

std::string_view bearer_of(const net::HttpHead& head) {
  constexpr std::string_view scheme = "bearer ";
  const std::string_view value = head.fields.get("Authorization");
  if (value.size() < scheme.size() || !text::ascii_iequals(value.substr(0, scheme.size()), scheme)) return {};
  return text::trim(value.substr(scheme.size()));
}

bool same_token(std::string_view a, std::string_view b) {
  // Digests are compared, which nobody can make alike little by little.
  return hmac_sha256("token", a) == hmac_sha256("token", b);
}

}  // namespace

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* digits = text.data() + i + 1;
      const auto read = std::from_chars(digits, digits + 2, value, 16);
      if (read.ec == std::errc{} && read.ptr == digits + 2) {
        decoded += static_cast<char>(value);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

std::map<std::string, std::string> read_query(std::string_view query) {
  std::map<std::string, std::string> fields;
  for (const std::string_view pair : text::split(query, '&')) {
    const std::size_t sign = pair.find('=');
    if (pair.empty()) continue;
    std::string key = percent_decode(pair.substr(0, sign));
    std::string value{sign == std::string_view::npos ? std::string_view{} : pair.substr(sign + 1)};
    for (char& c : value) c = c == '+' ? ' ' : c;
    fields.emplace(std::move(key), percent_decode(value));
  }
  return fields;
}

std::optional<ServiceRequest> read_service_request(std::string_view path, std::string_view query) {
  const std::string_view rest = without_version(path);
  for (const ServicePlace& place : service_places) {
    if (!rest.starts_with(place.prefix)) continue;
    const std::string_view name = rest.substr(place.prefix.size());
    // A slash within a name is percent-encoded.
    if (name.empty() == place.named || name.find('/') != std::string_view::npos) continue;
    ServiceRequest request{place.kind, percent_decode(name), read_query(query)};
    request.fields.erase("access_token");
    return request;
  }
  return std::nullopt;
}

std::string_view method_of(ServiceRequest::Kind kind) {
  switch (kind) {
    case ServiceKind::transaction:
      return "PUT";
    case ServiceKind::ping:
      return "POST";
    case ServiceKind::user:
    case ServiceKind::alias:
    case ServiceKind::protocol:
    case ServiceKind::third_party_user:
    case ServiceKind::third_party_room:
      break;
  }
  return "GET";
}

net::HttpResponse service_answer(int status, const nlohmann::json& body) {
  return {status, {{"Content-Type", "application/json"}}, dump_json(body)};
}

net::HttpResponse service_refusal(int status, const std::string& errcode, const std::string& text) {
  return service_answer(status, {{"errcode", errcode}, {"error", text}});
}

std::optional<net::HttpResponse> refuse_stranger(const net::HttpHead& head, const Secret<std::string>& hs_token) {
  std::string given{bearer_of(head)};
  if (given.empty()) {
    const auto fields = read_query(head.query);
    if (const auto found = fields.find("access_token"); found != fields.end()) given = found->second;
  }
  if (given.empty()) return service_refusal(401, "M_MISSING_TOKEN", "The token of the homeserver is missing.");
  if (same_token(given, hs_token.reveal())) return std::nullopt;
  return service_refusal(403, "M_FORBIDDEN", "This is not the token of the homeserver.");
}

}  // namespace dragoman::backends::matrix
