#include "gateway/room_service.hpp"

#include "gateway/dialogs/ad_hoc.hpp"
#include "gateway/questions.hpp"
#include "xmpp/about.hpp"
#include "xmpp/agent.hpp"
#include "xmpp/browse.hpp"
#include "xmpp/mam.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/oob.hpp"
#include "xmpp/retraction.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/vcard.hpp"

namespace dragoman::gateway {

const RoomService::Row RoomService::rows[] = {
    {"get", "query", xmpp::ns::disco_info, &RoomService::disco_info},
    {"get", "query", xmpp::ns::disco_items, &RoomService::disco_items},
    {"get", "ping", xmpp::ns::ping, &RoomService::ping},
    {"get", "query", xmpp::version_ns, &RoomService::version},
    {"get", "query", xmpp::last_ns, &RoomService::last, Row::Who::occupant},
    {"get", "time", xmpp::time_ns, &RoomService::time},
    {"get", "query", xmpp::legacy_time_ns, &RoomService::legacy_time},
    {"get", "query", xmpp::agent_ns, &RoomService::agent},
    {"get", "query", xmpp::browse_ns, &RoomService::browse},
    {"get", "vCard", xmpp::vcard_ns, &RoomService::card},
    {"set", "vCard", xmpp::vcard_ns, &RoomService::change_card},
    {"get", "query", xmpp::ns::muc_admin, &RoomService::list_standings, Row::Who::occupant},
    {"set", "query", xmpp::ns::muc_admin, &RoomService::set_standings, Row::Who::occupant},
    {"get", "query", xmpp::ns::muc_owner, &RoomService::show_settings, Row::Who::occupant},
    {"set", "query", xmpp::ns::muc_owner, &RoomService::change_settings, Row::Who::occupant},
    {"get", "query", xmpp::ns::reg, &RoomService::show_registration},
    {"set", "query", xmpp::ns::reg, &RoomService::change_registration},
    {"set", "command", xmpp::commands_ns, &RoomService::command},
    {"get", "query", xmpp::ns::mam, &RoomService::archive_form},
    {"set", "query", xmpp::ns::mam, &RoomService::archive_query},
    {"get", "metadata", xmpp::ns::mam, &RoomService::archive_metadata},
    {"get", "prefs", xmpp::ns::mam, &RoomService::archive_preferences},
    {"set", "prefs", xmpp::ns::mam, &RoomService::archive_preferences},
    {"set", "moderate", xmpp::moderation_ns, &RoomService::moderate, Row::Who::occupant},
    {"set", "apply-to", xmpp::fasten_ns, &RoomService::moderate, Row::Who::occupant},
};

std::vector<std::string> RoomService::features(const chat::Capabilities& can) const {
  std::vector<std::string> all = features_of(rows);
  std::erase(all, xmpp::fasten_ns);  // the older form of the one before it
  if (can.of(chat::Feature::moderate) != chat::Support::native) std::erase(all, xmpp::moderation_ns);
  for (std::string& each : message_features(can)) all.push_back(std::move(each));
  if (can.of(chat::Feature::retract) == chat::Support::native) all.emplace_back(xmpp::tombstone_feature);
  for (const std::string_view each :
       {xmpp::ns::muc, xmpp::ns::stanza_id, xmpp::ns::occupant_id, xmpp::mam_extended, xmpp::oob_ns}) {
    all.emplace_back(each);
  }
  for (const char* each : {"http://jabber.org/protocol/muc#request", "http://jabber.org/protocol/muc#stable_id",
                           "http://jabber.org/protocol/muc#self-ping-optimization", "muc_persistent"}) {
    all.emplace_back(each);
  }
  all.emplace_back(context_.network.describe().shows_people ? "muc_nonanonymous" : "muc_semianonymous");
  return all;
}

void RoomService::receive_iq(const RoomQuestion& question) {
  const xmpp::Element& child = *question.iq.first_element();
  bool other_type = false;
  for (const Row& row : rows) {
    if (!child.is(row.name, row.ns)) continue;
    if (row.type != question.iq.get("type")) {
      other_type = true;
      continue;
    }
    const bool occupant = question.room != nullptr && question.room->state() != Room::State::joining;
    if (row.who == Row::Who::occupant && !occupant) {
      return refuse(question, Fault::forbidden, "You are not in this room; join it first.");
    }
    return (this->*row.answer)(question);
  }
  if (other_type) return refuse(question, Fault::unsupported, "This cannot be done with this room.");
  refuse(question, Fault::unavailable, "");
}

void RoomService::refuse(const xmpp::Element& iq, Fault fault, const std::string& text) {
  xmpp::StanzaError error = xmpp::to_stanza_error(fault, text);
  if (fault == Fault::unavailable && text.empty()) error.condition = "service-unavailable", error.type = "cancel";
  context_.link.send(xmpp::make_error_reply(iq, error));
}

void RoomService::refuse(const xmpp::Element& iq, const chat::Failed& failed) {
  answer(xmpp::make_error_reply(iq, context_.error_of(failed.fault, failed.text, failed.code)));
}

void RoomService::ping(const RoomQuestion& question) { answer(xmpp::make_result(question.iq)); }

// A room is where the gateway is: its software and its clock are ours.

void RoomService::version(const RoomQuestion& question) {
  const std::string_view software = context_.software;  // "dragoman 0.1.0"
  const std::size_t space = software.find(' ');
  answer(xmpp::make_version(question.iq, software.substr(0, space), software.substr(space + 1)));
}

void RoomService::time(const RoomQuestion& question) {
  answer(xmpp::make_time(question.iq, context_.timers.clock().utc()));
}

void RoomService::legacy_time(const RoomQuestion& question) {
  answer(xmpp::make_legacy_time(question.iq, context_.timers.clock().utc()));
}

void RoomService::last(const RoomQuestion& question) {
  const auto said = question.room->last_said();
  if (!said) return refuse(question, Fault::unavailable, "Nobody has said anything yet.");
  const auto silence = context_.timers.clock().now() - *said;
  answer(xmpp::make_last(question.iq, std::chrono::duration_cast<std::chrono::seconds>(silence)));
}

void RoomService::command(const RoomQuestion& question) {
  context_.ad_hoc->receive(question.iq, question.from, question.place());
}

}  // namespace dragoman::gateway
