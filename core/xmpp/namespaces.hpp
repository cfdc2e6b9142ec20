#pragma once

#include <string_view>

// Namespaces that more than one file needs; a namespace that only one extension uses stands in its own file.
namespace dragoman::xmpp::ns {

inline constexpr std::string_view component = "jabber:component:accept";
inline constexpr std::string_view streams = "http://etherx.jabber.org/streams";
inline constexpr std::string_view stream_errors = "urn:ietf:params:xml:ns:xmpp-streams";
inline constexpr std::string_view stanza_errors = "urn:ietf:params:xml:ns:xmpp-stanzas";
inline constexpr std::string_view data_form = "jabber:x:data";                           // XEP-0004
inline constexpr std::string_view disco_info = "http://jabber.org/protocol/disco#info";  // XEP-0030
inline constexpr std::string_view disco_items = "http://jabber.org/protocol/disco#items";
inline constexpr std::string_view muc = "http://jabber.org/protocol/muc";  // XEP-0045
inline constexpr std::string_view muc_user = "http://jabber.org/protocol/muc#user";
inline constexpr std::string_view muc_admin = "http://jabber.org/protocol/muc#admin";
inline constexpr std::string_view muc_owner = "http://jabber.org/protocol/muc#owner";
inline constexpr std::string_view rsm = "http://jabber.org/protocol/rsm";    // XEP-0059
inline constexpr std::string_view reg = "jabber:iq:register";                // XEP-0077
inline constexpr std::string_view delay = "urn:xmpp:delay";                  // XEP-0203
inline constexpr std::string_view legacy_delay = "jabber:x:delay";           // XEP-0091
inline constexpr std::string_view ping = "urn:xmpp:ping";                    // XEP-0199
inline constexpr std::string_view stanza_id = "urn:xmpp:sid:0";              // XEP-0359
inline constexpr std::string_view caps = "http://jabber.org/protocol/caps";  // XEP-0115
inline constexpr std::string_view receipts = "urn:xmpp:receipts";            // XEP-0184
inline constexpr std::string_view mam = "urn:xmpp:mam:2";                    // XEP-0313
inline constexpr std::string_view occupant_id = "urn:xmpp:occupant-id:0";    // XEP-0421

inline constexpr std::string_view pubsub = "http://jabber.org/protocol/pubsub";  // XEP-0060

}  // namespace dragoman::xmpp::ns
