#include <algorithm>
#include <charconv>

#include "backends/muc/handlers.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/retraction.hpp"

// What a room is like and can do (XEP-0045 6.4).
namespace dragoman::backends::muc {

namespace {

using chat::Feature;
using chat::Support;

// Servers pass on stanzas of 64 KiB and more; the text is not all that stands in one.
constexpr std::size_t longest_text = 40'000;
constexpr std::size_t longest_nickname = 1023;
constexpr std::string_view old_moderation = "urn:xmpp:message-moderate:0";

void read_settings(Room& room, const xmpp::DiscoInfo& info) {
  const auto has = [&info](std::string_view feature) {
    return std::find(info.features.begin(), info.features.end(), feature) != info.features.end();
  };
  room.has_archive = has(xmpp::ns::mam);
  room.moderation.clear();
  if (has(xmpp::moderation_ns)) {
    room.moderation = xmpp::moderation_ns;
  } else if (has(old_moderation)) {
    room.moderation = old_moderation;
  }
  chat::RoomSettings settings;
  settings.moderated = has("muc_moderated");
  settings.members_only = has("muc_membersonly");
  settings.password = has("muc_passwordprotected");
  settings.hidden = has("muc_hidden");
  for (const xmpp::DataForm& form : info.forms) {
    if (form.form_type != "http://jabber.org/protocol/muc#roominfo") continue;
    for (const std::string_view name : {"muc#roominfo_maxusers", "muc#roomconfig_maxusers"}) {
      const std::string_view most = form.value(name);
      std::from_chars(most.data(), most.data() + most.size(), settings.limit);
    }
    // Prosody and ejabberd name it in two ways; XEP-0045 only says that the topic may be changed.
    for (const std::string_view name : {"muc#roominfo_changesubject", "muc#roomconfig_changesubject"}) {
      if (form.find(name) == nullptr) continue;
      const std::string_view value = form.value(name);
      settings.topic_locked = value != "1" && value != "true";
    }
  }
  room.settings = settings;
}

}  // namespace

chat::Capabilities capabilities_of_rooms() {
  chat::Capabilities can;
  for (const Feature feature :
       {Feature::edit, Feature::retract, Feature::react, Feature::reply, Feature::thread, Feature::typing,
        Feature::read_marks, Feature::attachments, Feature::formatting, Feature::mentions, Feature::multiline,
        Feature::topic, Feature::set_topic, Feature::invite, Feature::kick, Feature::ban, Feature::create_room,
        Feature::history, Feature::pictures}) {
    can.set(feature, Support::native);
  }
  can.set(Feature::titles, Support::as_text);
  can.text_bytes = longest_text;
  can.nickname_bytes = longest_nickname;
  return can;
}

chat::Capabilities capabilities_of(const Room& room) {
  chat::Capabilities can = capabilities_of_rooms();
  const auto self = room.occupants.find(room.nick);
  const bool moderator = self != room.occupants.end() && self->second.standing.role == chat::Role::moderator;
  if (!room.has_archive) can.set(Feature::history, Support::no);
  if (!room.moderation.empty()) can.set(Feature::moderate, moderator ? Support::native : Support::no);
  if (!moderator) {
    can.set(Feature::kick, Support::no);
    can.set(Feature::ban, Support::no);
    if (room.settings.topic_locked) can.set(Feature::set_topic, Support::no);
  }
  return can;
}

void tell_settings(const State& state, const Room& room, Effects& effects) {
  if (state.voice.deaf || room.phase != Room::Phase::present) return;
  effects.tell(chat::RoomChanged{room.id, capabilities_of(room), room.settings, {}});
}

void ask_settings(State& state, Room& room, Effects& effects) {
  xmpp::Element iq = make_iq(state, "get", room.address.str());
  iq.add("query", xmpp::ns::disco_info);
  ask(
      state, std::move(iq),
      [address = room.address.str()](State& later, const Answer& answer, Effects& then) {
        Room* const asked = later.find(address);
        if (asked == nullptr || (!answer && answer.error().fault == Fault::closed)) return;
        const auto result = result_of(answer);
        const xmpp::Element* query = result ? result->child("query", xmpp::ns::disco_info) : nullptr;
        if (query != nullptr) read_settings(*asked, xmpp::read_disco_info(*query));
        // Also where the room does not say: RoomChanged follows each RoomJoined.
        tell_settings(later, *asked, then);
        if (asked->has_archive && asked->phase == Room::Phase::present) fill_book(later, *asked, then);
      },
      effects);
}

}  // namespace dragoman::backends::muc
