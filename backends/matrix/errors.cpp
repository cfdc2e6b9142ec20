#include "backends/matrix/errors.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "backends/matrix/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

/// Words of a stranger, for a person.
constexpr std::size_t most_shown = 300;
/// A server that says more means something else than that we should come again.
constexpr Duration longest_pause = std::chrono::hours{1};

struct ErrorRow {
  std::string_view errcode;
  Fault fault;
  std::string_view sentence;  // where the homeserver says nothing
};

// client-server API, "Common error codes" and "Other error codes".
constexpr ErrorRow error_rows[] = {
    {"M_FORBIDDEN", Fault::forbidden, "the homeserver does not allow this"},
    {"M_UNKNOWN_TOKEN", Fault::unauthorized, "the homeserver has ended this login"},
    {"M_MISSING_TOKEN", Fault::unauthorized, "the homeserver wants a login"},
    {"M_UNAUTHORIZED", Fault::unauthorized, "the homeserver wants other credentials"},
    {"M_USER_DEACTIVATED", Fault::forbidden, "this account was deactivated"},
    {"M_USER_LOCKED", Fault::forbidden, "this account was locked by the homeserver's operators"},
    {"M_USER_SUSPENDED", Fault::forbidden, "this account was suspended by the homeserver's operators"},
    {"M_LIMIT_EXCEEDED", Fault::limited, "the homeserver wants fewer requests"},
    {"M_NOT_FOUND", Fault::not_found, "the homeserver does not know this"},
    {"M_UNRECOGNIZED", Fault::unsupported, "the homeserver cannot do this"},
    {"M_BAD_JSON", Fault::unacceptable, "the homeserver does not take this"},
    {"M_NOT_JSON", Fault::unacceptable, "the homeserver does not take this"},
    {"M_BAD_STATE", Fault::unacceptable, "this cannot be done as things are now"},
    {"M_MISSING_PARAM", Fault::unacceptable, "the homeserver misses something"},
    {"M_INVALID_PARAM", Fault::unacceptable, "the homeserver does not take this"},
    {"M_INVALID_USERNAME", Fault::unacceptable, "this is no user name"},
    {"M_INVALID_ROOM_STATE", Fault::unacceptable, "a room cannot begin like this"},
    {"M_USER_IN_USE", Fault::conflict, "this user name is taken"},
    {"M_ROOM_IN_USE", Fault::conflict, "this address of a room is taken"},
    {"M_EXCLUSIVE", Fault::conflict, "this name is reserved for another program"},
    {"M_DUPLICATE_ANNOTATION", Fault::conflict, "you have reacted with this already"},
    {"M_TOO_LARGE", Fault::too_long, "this is too long for Matrix"},
    {"M_RESOURCE_LIMIT_EXCEEDED", Fault::full, "the homeserver takes no more people"},
    {"M_USER_LIMIT_EXCEEDED", Fault::full, "the account has reached a limit of its homeserver"},
    {"M_GUEST_ACCESS_FORBIDDEN", Fault::members_only, "guests may not do this"},
    {"M_UNABLE_TO_GRANT_JOIN", Fault::members_only, "nobody who may let you in could be asked"},
    {"M_UNABLE_TO_AUTHORISE_JOIN", Fault::unavailable, "nobody who may let you in could be asked"},
    {"M_UNSUPPORTED_ROOM_VERSION", Fault::unsupported, "the homeserver cannot do rooms of this version"},
    {"M_INCOMPATIBLE_ROOM_VERSION", Fault::unsupported, "the homeserver cannot do rooms of this version"},
    {"M_CANNOT_LEAVE_SERVER_NOTICE_ROOM", Fault::not_allowed, "this room cannot be left"},
    {"M_INVITE_BLOCKED", Fault::forbidden, "they take no invitations from you"},
    {"M_UNKNOWN_POS", Fault::not_found, "the homeserver has forgotten where we were"},
    {"M_UNKNOWN_DEVICE", Fault::not_found, "the homeserver does not know this device"},
    {"M_CONNECTION_FAILED", Fault::unavailable, "the homeserver could not reach another one"},
    {"M_CONNECTION_TIMEOUT", Fault::unavailable, "another homeserver did not answer"},
    {"M_WEAK_PASSWORD", Fault::unacceptable, "the password is too weak"},
};

const ErrorRow* row_of_errcode(std::string_view errcode) {
  const auto* found = std::find_if(std::begin(error_rows), std::end(error_rows),
                                   [errcode](const ErrorRow& row) { return row.errcode == errcode; });
  return found == std::end(error_rows) ? nullptr : found;
}

std::string shown_words(std::string_view words) {
  std::string clean = text::without_controls(text::to_xml_text(words), false);
  clean = text::trim(text::cut(clean, most_shown));
  while (!clean.empty() && clean.back() == '.') clean.pop_back();
  return clean;
}

std::string of_status(int status) {
  if (status == 429) return "the homeserver wants fewer requests";
  return "the homeserver answers with HTTP status " + std::to_string(status);
}

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), the only form that is still written.
std::optional<Timestamp> read_http_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  const auto number = [text](std::size_t at, std::size_t size) {
    int value = -1;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + size, value);
    return error == std::errc{} && end == text.data() + at + size ? value : -1;
  };
  const auto month = months.find(text.substr(8, 3));
  const int day = number(5, 2), year = number(12, 4), hour = number(17, 2), minute = number(20, 2),
            second = number(23, 2);
  if (month == std::string_view::npos || month % 3 != 0 || std::min({day, year, hour, minute, second}) < 0) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

Duration retry_after_field(std::string_view field, Timestamp now) {
  field = text::trim(field);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), seconds);
  if (error == std::errc{} && end == field.data() + field.size() && !field.empty()) {
    return std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, 86'400)};
  }
  const auto date = read_http_date(field);
  return date && *date > now ? Duration{*date - now} : Duration{};
}

}  // namespace

Fault fault_of(std::string_view errcode, int status) {
  if (const ErrorRow* row = row_of_errcode(errcode)) return row->fault;
  if (status == 401) return Fault::unauthorized;
  if (status == 403) return Fault::forbidden;
  if (status == 404) return errcode.empty() ? Fault::unavailable : Fault::not_found;
  if (status == 413) return Fault::too_long;
  if (status == 429) return Fault::limited;
  return status >= 400 && status < 500 && !errcode.empty() ? Fault::unacceptable : Fault::unavailable;
}

Refusal read_refusal(const net::HttpResponse& response, const nlohmann::json& body, Timestamp now) {
  Refusal refusal;
  if (const std::string* errcode = find_text(body, "errcode")) refusal.errcode = shown_words(*errcode);
  refusal.error.fault = fault_of(refusal.errcode, response.status);
  refusal.error.text = shown_words(refusal.errcode.empty() ? std::string{} : text_at(body, "error"));
  if (refusal.error.text.empty()) {
    const ErrorRow* row = row_of_errcode(refusal.errcode);
    refusal.error.text = row != nullptr ? std::string{row->sentence} : of_status(response.status);
  }
  refusal.soft_logout = flag_at(body, "soft_logout");
  if (refusal.error.fault != Fault::limited) return refusal;
  const Duration said =
      std::chrono::milliseconds{std::clamp<std::int64_t>(number_at(body, "retry_after_ms").value_or(0), 0, 86'400'000)};
  const Duration pause = std::max(said, retry_after_field(response.fields.get("Retry-After"), now));
  refusal.retry_after = std::min(pause == Duration{} ? Duration{std::chrono::seconds{1}} : pause, longest_pause);
  return refusal;
}

Refusal read_refusal(const net::HttpResponse& response, Timestamp now) {
  const auto body = parse_json(response.body);
  return read_refusal(response, body ? *body : nlohmann::json::object(), now);
}

std::string in_words(Duration pause) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(pause).count();
  if (seconds < 120) return std::to_string(seconds) + (seconds == 1 ? " second" : " seconds");
  return std::to_string((seconds + 59) / 60) + " minutes";
}

}  // namespace dragoman::backends::matrix
