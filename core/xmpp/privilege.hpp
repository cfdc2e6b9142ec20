#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0356: what a server lets a component do in the name of its people. It says so when the stream has begun:
//   <message from='example.org' to='irc.example.org'><privilege xmlns='urn:xmpp:privilege:2'>
//     <perm access='roster' type='both'/><perm access='message' type='outgoing'/>
//     <perm access='iq'><namespace ns='http://jabber.org/protocol/pubsub' type='both'/></perm></privilege></message>
namespace dragoman::xmpp {

inline constexpr std::string_view privilege_ns = "urn:xmpp:privilege:2";
inline constexpr std::string_view old_privilege_ns = "urn:xmpp:privilege:1";  // ejabberd 23.01; no iq
inline constexpr std::string_view forward_ns = "urn:xmpp:forward:0";          // XEP-0297
inline constexpr std::string_view carbons_ns = "urn:xmpp:carbons:2";          // XEP-0280

struct Privileges {
  bool current = false;  ///< told in urn:xmpp:privilege:2, and so to be used in it
  bool roster_get = false, roster_set = false;
  bool messages = false;  ///< may be sent as if the person had
  struct Questions {
    std::string ns;
    bool get = false, set = false;
    bool operator==(const Questions&) const = default;
  };
  std::vector<Questions> questions;  ///< IQs that may be asked as if the person did
  bool operator==(const Privileges&) const = default;

  std::string_view ns() const { return current ? privilege_ns : old_privilege_ns; }
  bool may_ask(std::string_view type, std::string_view question_ns) const;
};

/// Of an advertisement; when both namespaces stand in it, the current one. Nothing when it is none, and none when the
/// element is empty, which Prosody's module sends to clients.
std::optional<Privileges> read_privileges(const Element& message);

/// An iq to the server of `person` that is to be answered as if they had asked: <privileged_iq/> around it.
Element make_privileged_iq(std::string_view person, std::string_view type, Element question);
/// The payload of the answer to it, or the error: of the server for the outer iq, or of the inner one.
Result<Element> read_privileged_answer(const Element& iq);

/// Writes into a message to a server that is open: what stands between is sent in the name of who it is from. The
/// caller writes a <message xmlns='jabber:client'/> between the two.
void open_privileged_message(Writer& writer, const Privileges& privileges);
void close_privileged_message(Writer& writer);

}  // namespace dragoman::xmpp
