#include "gateway/room_service.hpp"

#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

const RoomService::Row RoomService::rows[] = {
    {"get", "query", xmpp::ns::disco_info, &RoomService::disco_info},
    {"get", "query", xmpp::ns::disco_items, &RoomService::disco_items},
    {"get", "ping", xmpp::ns::ping, &RoomService::ping},
    {"get", "query", xmpp::ns::mam, &RoomService::archive_form},
    {"set", "query", xmpp::ns::mam, &RoomService::archive_query},
    {"get", "metadata", xmpp::ns::mam, &RoomService::archive_metadata},
    {"get", "prefs", xmpp::ns::mam, &RoomService::archive_preferences},
    {"set", "prefs", xmpp::ns::mam, &RoomService::archive_preferences},
};

void RoomService::receive_iq(const RoomQuestion& question) {
  const xmpp::Element& child = *question.iq.first_element();
  bool other_type = false;
  for (const Row& row : rows) {
    if (!child.is(row.name, row.ns)) continue;
    if (row.type != question.iq.get("type")) {
      other_type = true;
      continue;
    }
    if (row.who == Row::Who::inside && !question.inside) {
      return refuse(question, Fault::unacceptable, "You are not in this room; join it first.");
    }
    return (this->*row.answer)(question);
  }
  if (other_type) return refuse(question, Fault::unsupported, "This cannot be done with this room.");
  refuse(question, Fault::unavailable, "");
}

void RoomService::refuse(const RoomQuestion& question, Fault fault, const std::string& text) {
  xmpp::StanzaError error = xmpp::to_stanza_error(fault, text);
  if (fault == Fault::unavailable && text.empty()) error.condition = "service-unavailable", error.type = "cancel";
  context_.link.send(xmpp::make_error_reply(question.iq, error));
}

void RoomService::ping(const RoomQuestion& question) { answer(xmpp::make_result(question.iq)); }

}  // namespace dragoman::gateway
