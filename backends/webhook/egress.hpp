#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/address_ranges.hpp"
#include "net/http.hpp"
#include "net/loop.hpp"
#include "net/task.hpp"

namespace dragoman::backends::webhook {

/// Where hooks may send to, as the operator says.
struct Egress {
  bool plain_http = false;  ///< without TLS too
  std::set<std::uint16_t> ports{443, 8443};
  net::AddressRanges private_ranges{};  ///< addresses that are not public, and allowed all the same
  std::string own_url{};                ///< of our own listener, where nothing may be sent; empty: there is none
};

/// What a person gave as the address to send to, as far as that can be seen in it: https, an allowed port, no user
/// information, an address that may be sent to, not our own listener. Faults: malformed, forbidden, with a sentence for
/// the person.
Result<net::Url> check_target(std::string_view text, const Egress& egress);

/// The same, and the name leads to addresses that may be sent to, each of them: for the moment at which somebody makes
/// a hook. (Later requests check what they connect to.) Faults also: not_found, timeout.
net::Task<Result<net::Url>> resolve_target(net::Loop& loop, std::string text, Egress egress);

}  // namespace dragoman::backends::webhook
