#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "xmpp/element.hpp"

// What any entity can be asked about itself: software, age, clock.
namespace dragoman::xmpp {

inline constexpr std::string_view version_ns = "jabber:iq:version";   // XEP-0092
inline constexpr std::string_view last_ns = "jabber:iq:last";         // XEP-0012
inline constexpr std::string_view time_ns = "urn:xmpp:time";          // XEP-0202
inline constexpr std::string_view legacy_time_ns = "jabber:iq:time";  // XEP-0090

/// <query xmlns='jabber:iq:version'><name/><version/><os/></query>; an empty os is left out.
Element make_version(const Element& iq, std::string_view name, std::string_view version, std::string_view os = {});
/// <query xmlns='jabber:iq:last' seconds='903'/>: since the start of a service, or idle; `text` is a last status.
Element make_last(const Element& iq, std::chrono::seconds ago, std::string_view text = {});
/// "+01:00", "-05:30"
std::string to_offset(std::chrono::minutes offset);
/// <time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2026-11-20T09:00:00Z</utc></time>; `offset` of the zone from UTC.
Element make_time(const Element& iq, Timestamp now, std::chrono::minutes offset = {});
/// <query xmlns='jabber:iq:time'><utc>20261120T09:00:00</utc><tz>UTC</tz><display/></query>; `display` is for people,
/// empty: the time in UTC.
Element make_legacy_time(const Element& iq, Timestamp now, std::string_view zone = "UTC",
                         std::string_view display = {});

}  // namespace dragoman::xmpp
