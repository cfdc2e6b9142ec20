#pragma once

#include <string_view>

#include "xmpp/element.hpp"

// XEP-0461: a message answers another one. A quotation in its body for who does not know this is marked by XEP-0428.
//   <reply xmlns='urn:xmpp:reply:0' to='#tea@irc.example.org/bob' id='28482'/>
namespace dragoman::xmpp {

inline constexpr std::string_view reply_ns = "urn:xmpp:reply:0";

/// Views into the message. `id` is the stanza-id in a room, else the id; empty: it is no reply.
struct Reply {
  std::string_view id;
  std::string_view to;  ///< whose message that was: an occupant's or a person's address; may be empty
};
inline Reply read_reply(const Element& message) {
  const Element* reply = message.child("reply", reply_ns);
  if (reply == nullptr) return {};
  return {reply->get("id"), reply->get("to")};
}
inline Element make_reply(std::string_view id, std::string_view to) {
  Element reply{"reply", reply_ns};
  reply.set("id", id);
  if (!to.empty()) reply.set("to", to);
  return reply;
}

}  // namespace dragoman::xmpp
