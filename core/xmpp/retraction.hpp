#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "xmpp/element.hpp"

// XEP-0424: a message is taken back by its author; XEP-0425: by a moderator. What rooms send says which by
// <moderated/>.
//   <retract xmlns='urn:xmpp:message-retract:1' id='28482'/>
//   <retract xmlns='urn:xmpp:message-retract:1' id='28482'>
//     <moderated xmlns='urn:xmpp:message-moderate:1' by='#tea@irc.example.org/bob'/><reason>spam</reason>
//   </retract>
namespace dragoman::xmpp {

inline constexpr std::string_view retraction_ns = "urn:xmpp:message-retract:1";
inline constexpr std::string_view tombstone_feature = "urn:xmpp:message-retract:1#tombstone";
inline constexpr std::string_view moderation_ns = "urn:xmpp:message-moderate:1";
inline constexpr std::string_view fasten_ns = "urn:xmpp:fasten:0";  // XEP-0422, what both were made of before

/// The id of the message that is taken back: in a room its stanza-id, else the origin-id or id. Empty: nothing is.
/// A view into `message`. The older form, <apply-to xmlns='urn:xmpp:fasten:0' id='...'><retract
/// xmlns='urn:xmpp:message-retract:0'/></apply-to>, is read too.
std::string_view read_retraction(const Element& message);

/// Who took a message back that is not their own.
struct Moderator {
  std::string_view by;           ///< address as an occupant; empty: nobody is named
  std::string_view occupant_id;  ///< XEP-0421
};
Element make_retraction(std::string_view id);
Element make_moderated_retraction(std::string_view id, const Moderator& moderator, std::string_view reason);

/// What a moderator asks of a room: <moderate xmlns='urn:xmpp:message-moderate:1' id='28482'><retract
/// xmlns='urn:xmpp:message-retract:1'/><reason>spam</reason></moderate>, or its older form in <apply-to/>.
struct ModerationRequest {
  std::string id;  ///< stanza-id
  std::string reason;
};
/// Nothing when `child` (of an iq) asks for no retraction, or names no message.
std::optional<ModerationRequest> read_moderation(const Element& child);

/// What an archive shows instead of a message that was taken back: <retracted stamp='2026-11-20T09:00:00Z' id='id of
/// the retraction'/>. Without a moderator it was the author.
Element make_tombstone(Timestamp at, std::string_view retraction, const std::optional<Moderator>& moderator,
                       std::string_view reason);

}  // namespace dragoman::xmpp
