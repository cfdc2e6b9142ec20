#include <algorithm>

#include "gateway/dialogs/ad_hoc.hpp"
#include "gateway/disco_page.hpp"
#include "gateway/pictures.hpp"
#include "gateway/questions.hpp"
#include "gateway/room_history.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/room_service.hpp"
#include "xmpp/hats.hpp"
#include "xmpp/mam.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/vcard.hpp"

// Discovery of rooms (XEP-0045 6.4, 6.5, 7.11) and their card (XEP-0054). Also for those who are not inside: clients
// ask before they enter.

namespace dragoman::gateway {

namespace {

/// XEP-0045 15.3: what the room is like, as far as we know it; nothing is claimed of a room that nobody looked at.
void add_settings(std::vector<std::string>& features, const chat::RoomSettings& settings) {
  features.emplace_back(settings.members_only || settings.registered_only ? "muc_membersonly" : "muc_open");
  features.emplace_back(settings.password ? "muc_passwordprotected" : "muc_unsecured");
  features.emplace_back(settings.moderated ? "muc_moderated" : "muc_unmoderated");
  features.emplace_back(settings.hidden ? "muc_hidden" : "muc_public");
}

/// The registry of disco identities knows rooms of IRC, and rooms.
std::string conference_type(const std::string& network_kind) { return network_kind == "irc" ? "irc" : "text"; }

xmpp::DataForm make_roominfo(const RoomQuestion& question, const std::string& name, const Context& context) {
  xmpp::DataForm form;
  form.type = xmpp::DataForm::Type::result;
  form.form_type = "http://jabber.org/protocol/muc#roominfo";
  std::string description = question.inside ? question.room->topic() : std::string{};
  if (description.empty())
    description = name + " on " + context.network.part_name(context.network.part_of(question.id));
  form.add("muc#roominfo_description", "", description);
  if (!context.policy.admins.empty()) form.add("muc#roominfo_contactjid", "").values = context.policy.admins;
  form.add("muc#maxhistoryfetch", "", std::to_string(most_history));
  if (question.room != nullptr) {
    const auto picture = context.pictures.hash({question.id, {}});
    if (picture && !picture->empty()) form.add("muc#roominfo_avatarhash", "text-multi", *picture);  // XEP-0486
  }
  if (!question.inside) return form;
  const Room& room = *question.room;
  form.add("muc#roominfo_subject", "", room.topic());
  const std::uint64_t shown = room.occupants().size() + 1;
  form.add("muc#roominfo_occupants", "", std::to_string(context.network.people_in(question.id).value_or(shown)));
  if (room.settings()) {  // Gajim reads the first, Conversations the second
    const std::string_view may = room.settings()->topic_locked ? "0" : "1";
    form.add("muc#roominfo_subjectmod", "", may);
    form.add("muc#roominfo_changesubject", "", may);
  }
  return form;
}

}  // namespace

void RoomService::disco_info(const RoomQuestion& question) {
  const std::string_view node = question.iq.first_element()->get("node");
  if (node == "x-roomuser-item") return disco_nickname(question);
  // XEP-0045 15.1.1: nobody here takes elements out of messages by their namespace.
  if (node == "http://jabber.org/protocol/muc#traffic") return refuse(question, Fault::unavailable, "");
  if (!node.empty()) {
    if (context_.ad_hoc->disco_info(question.iq, question.from, question.place())) return;
    return refuse(question, Fault::not_found, "There is no such node here.");
  }
  const std::string name = question.room != nullptr ? question.room->name() : context_.network.format(question.id);
  xmpp::DiscoInfo info;
  info.identities.push_back({"conference", conference_type(context_.network.describe().kind), name, {}});
  const chat::Capabilities& can = question.person.capabilities({question.id, {}});
  info.features = features(can);
  if (!context_.network.describe().ranks.empty()) info.features.emplace_back(xmpp::hats_ns);
  if (question.room != nullptr && question.room->settings()) add_settings(info.features, *question.room->settings());
  info.forms.push_back(make_roominfo(question, name, context_));
  if (can.has(chat::Feature::react) && can.reactions != 0) info.forms.push_back(reaction_limits(can));
  answer(xmpp::make_disco_info(question.iq, info));
}

/// The nickname that one has, or would have (XEP-0045 7.11): none is an empty answer.
void RoomService::disco_nickname(const RoomQuestion& question) {
  xmpp::DiscoInfo info;
  const std::string& nickname =
      question.inside ? question.room->nick() : question.person.nickname(context_.network.part_of(question.id));
  if (!nickname.empty()) {
    info.identities.push_back(
        {"conference", "text", occupant_nick(context_.network.names_in(question.id), nickname), {}});
  }
  answer(xmpp::make_disco_info(question.iq, info));
}

void RoomService::disco_items(const RoomQuestion& question) {
  const std::string_view node = question.iq.first_element()->get("node");
  if (node == rooms_node) return list_inside(question);
  if (!node.empty()) {
    if (context_.ad_hoc->disco_items(question.iq, question.from, question.place())) return;
    return refuse(question, Fault::not_found, "There is no such node here.");
  }
  // Who is in a room is shown to those who are, by presence; XEP-0045 6.5 allows an empty list.
  answer(xmpp::make_disco_items(question.iq, {}));
}

void RoomService::list_inside(const RoomQuestion& question) {
  auto page = xmpp::read_page_request(*question.iq.first_element());
  if (!page) return refuse(question, page.error().fault, page.error().text);
  page->max = std::min(page->max.value_or(most_rooms_at_a_time), most_rooms_at_a_time);
  room_lists_->get_inside(question.from, question.id,
                          [this, iq = question.iq, page = *page](const Result<chat::RoomList>& list) {
                            if (!list) return refuse(iq, list.error().fault, list.error().text);
                            const auto result = make_room_page(context_, iq, *list, page);
                            result ? answer(*result) : refuse(iq, result.error().fault, result.error().text);
                          });
}

void RoomService::card(const RoomQuestion& question) {
  xmpp::VCard card;
  card.full_name = question.room != nullptr ? question.room->name() : context_.network.format(question.id);
  if (question.inside) card.description = question.room->topic();
  const std::string picture = question.room != nullptr ? context_.pictures.name({question.id, {}}) : std::string{};
  if (picture.empty()) return answer(xmpp::make_vcard(question.iq, card));
  context_.pictures.get(picture, question.person, [this, iq = question.iq, card](const xmpp::Avatar* got) {
    xmpp::VCard whole = card;
    whole.avatar = got;
    answer(xmpp::make_vcard(iq, whole));
  });
}

void RoomService::change_card(const RoomQuestion& question) {
  refuse(question, Fault::forbidden, "A room of " + context_.network.describe().name + " has no card to change.");
}

}  // namespace dragoman::gateway
