#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0191: whom somebody does not want to hear from.
//   <iq type='set'><block xmlns='urn:xmpp:blocking'><item jid='bob@irc.example.org'/></block></iq>
namespace dragoman::xmpp {

inline constexpr std::string_view blocking_ns = "urn:xmpp:blocking";
inline constexpr std::string_view blocking_errors_ns = "urn:xmpp:blocking:errors";

/// The addresses in a <block/>, <unblock/> or <blocklist/>, as they were written.
std::vector<std::string> read_blocked(const Element& element);
Element make_block_list(const Element& iq, const std::vector<std::string>& jids);
/// What a client that knows the list is told of a change: `name` is "block" or "unblock"; no address: everybody.
Element make_block_push(std::string_view name, std::string_view to, const std::vector<std::string>& jids);
/// The error for what is sent to somebody who is blocked: not-acceptable with <blocked/>.
Element make_blocked_error(const Element& stanza);

}  // namespace dragoman::xmpp
