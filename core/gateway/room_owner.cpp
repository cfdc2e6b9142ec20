#include "gateway/room_form.hpp"
#include "gateway/room_service.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// The settings of a room (muc#owner: XEP-0045 10.2), and its end (10.9).

namespace dragoman::gateway {

namespace {

RoomForm form_of(const Context& context, const Room& room) {
  return {context.network.describe().kind, room.name(), room.settings() && room.settings()->password};
}

/// An error must not give a password back.
xmpp::Element without_settings(const xmpp::Element& iq) {
  xmpp::Element copy = iq;
  for (xmpp::Element& child : copy.children) {
    if (child.is("query", xmpp::ns::muc_owner)) child.children.clear();
  }
  return copy;
}

}  // namespace

void RoomService::show_settings(const RoomQuestion& question) {
  question.person.ask(chat::GetRoomForm{question.id},
                      [this, iq = question.iq, id = question.id, person = &question.person](
                          const chat::Done* done, const chat::Failed* failed) {
                        if (failed != nullptr) return refuse(iq, *failed);
                        const Room* room = person->room(id);
                        const auto* form = std::get_if<chat::Form>(&done->answer);
                        if (room == nullptr || form == nullptr) {
                          return refuse(iq, Fault::not_found, "This room has no settings that could be shown.");
                        }
                        xmpp::Element result = xmpp::make_result(iq);
                        xmpp::Element& query = result.add("query", xmpp::ns::muc_owner);
                        query.add(xmpp::make_data_form(form_of(context_, *room).show(*form)));
                        answer(result);
                      });
}

void RoomService::change_settings(const RoomQuestion& question) {
  const xmpp::Element& query = *question.iq.first_element();
  if (const xmpp::Element* wish = query.child("destroy", xmpp::ns::muc_owner)) return destroy(question, *wish);
  const xmpp::Element safe = without_settings(question.iq);
  const auto form = xmpp::find_data_form(query);
  if (!form) return refuse(safe, Fault::malformed, "Send the form of the room's settings.");
  switch (form->type) {
    case xmpp::DataForm::Type::cancel:
      return answer(xmpp::make_result(question.iq));
    case xmpp::DataForm::Type::form:
    case xmpp::DataForm::Type::result:
      return refuse(safe, Fault::malformed, "Send the form back as 'submit' or 'cancel'.");
    case xmpp::DataForm::Type::submit:
      break;
  }
  const auto fields = form_of(context_, *question.room).read(*form);
  if (!fields) return refuse(safe, fields.error().fault, fields.error().text);
  if (fields->all().empty()) return answer(xmpp::make_result(question.iq));  // as it is (XEP-0045 10.1.2)
  question.person.ask(chat::ConfigureRoom{question.id, *fields},
                      [this, safe](const chat::Done*, const chat::Failed* failed) {
                        if (failed != nullptr) return refuse(safe, *failed);
                        answer(xmpp::make_result(safe));
                      });
}

/// Networks keep their rooms: the room ends for the person who wants it to, with all their clients.
void RoomService::destroy(const RoomQuestion& question, const xmpp::Element& wish) {
  const xmpp::Element done = xmpp::make_result(question.iq);
  question.person.rooms().destroy(*question.room, std::string{wish.get("jid")},
                                  wish.child_text("reason", xmpp::ns::muc_owner));
  answer(done);
}

}  // namespace dragoman::gateway
