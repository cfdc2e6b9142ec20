#include "backends/webhook/proof.hpp"

#include "backends/webhook/digest.hpp"
#include "backends/webhook/signature.hpp"
#include "base/text.hpp"
#include "net/address_ranges.hpp"

namespace dragoman::backends::webhook {

namespace {

/// What follows the name of a scheme in Authorization (RFC 9110 11.4); empty: it is another one.
std::string_view credentials_of(std::string_view authorization, std::string_view scheme) {
  const std::string_view trimmed = text::trim(authorization);
  if (trimmed.size() <= scheme.size() || trimmed[scheme.size()] != ' ') return {};
  if (!text::ascii_iequals(trimmed.substr(0, scheme.size()), scheme)) return {};
  return text::trim(trimmed.substr(scheme.size()));
}

}  // namespace

Result<void> check_head(const Proof& proof, const net::HttpHead& head) {
  if (!proof.addresses.empty()) {
    net::AddressRanges ranges;
    for (const std::string& each : proof.addresses) static_cast<void>(ranges.add(each));  // checked when it was set
    if (!ranges.contains(head.caller)) return failure(Fault::forbidden, "the caller's address is not allowed");
  }
  const std::string_view authorization = head.fields.get("Authorization");
  if (!proof.bearer.empty() &&
      !equal_in_constant_time(credentials_of(authorization, "Bearer"), proof.bearer.reveal())) {
    return failure(Fault::unauthorized, "the bearer token is missing or wrong");
  }
  if (!proof.basic.empty()) {
    std::string given;
    const bool is_basic = text::from_base64(credentials_of(authorization, "Basic"), given);
    if (!is_basic || !equal_in_constant_time(given, proof.basic.reveal())) {
      return failure(Fault::unauthorized, "the name and password are missing or wrong");
    }
  }
  return {};
}

Result<void> check_signature(const Proof& proof, const Request& request, Timestamp now) {
  if (proof.signature.empty()) return {};
  const auto scheme = read_scheme(proof.signature);
  if (!scheme) return failure(Fault::unauthorized, "the signature scheme of this hook cannot be read");
  return verify(*scheme, request, proof.secrets, now);
}

}  // namespace dragoman::backends::webhook
