#include "gateway/room_service.hpp"
#include "xmpp/mam.hpp"
#include "xmpp/namespaces.hpp"

// Discovery of rooms (XEP-0045 6.4, 6.5).

namespace dragoman::gateway {

void RoomService::disco_info(const RoomQuestion& question) {
  const chat::Description& network = context_.network.describe();
  const std::string name = context_.network.format(question.id);
  xmpp::DiscoInfo info;
  info.identities.push_back({"conference", network.kind, name, {}});
  info.features = {std::string{xmpp::ns::disco_items},
                   std::string{xmpp::ns::muc},
                   std::string{xmpp::ns::ping},
                   std::string{xmpp::ns::stanza_id},
                   std::string{xmpp::ns::occupant_id},
                   std::string{xmpp::ns::mam},
                   std::string{xmpp::mam_extended},
                   "http://jabber.org/protocol/muc#stable_id",
                   "http://jabber.org/protocol/muc#self-ping-optimization",
                   "muc_persistent",
                   "muc_semianonymous",
                   "muc_open",
                   "muc_unsecured",
                   "muc_unmoderated",
                   "muc_public"};
  xmpp::DataForm& form = info.forms.emplace_back();
  form.type = xmpp::DataForm::Type::result;
  form.form_type = "http://jabber.org/protocol/muc#roominfo";
  form.add("muc#roominfo_description", "", name + " on " + network.name);
  if (question.inside) {
    form.add("muc#roominfo_subject", "", question.room->topic());
    form.add("muc#roominfo_occupants", "", std::to_string(question.room->occupants().size() + 1));
  }
  answer(xmpp::make_disco_info(question.iq, info));
}

void RoomService::disco_items(const RoomQuestion& question) {
  // Who is in a room is not for everybody: XEP-0045 6.5 allows an empty list.
  answer(xmpp::make_disco_items(question.iq, {}));
}

}  // namespace dragoman::gateway
