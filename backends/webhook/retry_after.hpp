#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"
#include "net/http.hpp"

namespace dragoman::backends::webhook {

/// When the other side wants to be asked again (RFC 9110 10.2.3): "120", or a date in any of the forms of RFC 9110
/// 5.6.7. A date is compared with the Date of the same answer, so that it is the other side's clock alone that counts;
/// without one with `now`. Nothing: it says nothing that can be read. Never negative.
std::optional<std::chrono::seconds> read_retry_after(const net::HttpFields& fields, Timestamp now);

}  // namespace dragoman::backends::webhook
