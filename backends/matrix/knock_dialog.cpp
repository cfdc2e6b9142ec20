#include "backends/matrix/knock_dialog.hpp"

#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/flow.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/paths.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t longest_reason = 500;  // bytes

Error why_not_asked(const Refusal& refusal) {
  Error error = refusal.error;
  if (refusal.errcode == "M_FORBIDDEN") {
    error.text += " (the room lets nobody ask, or you are in it or were banned)";
  } else if (refusal.errcode == "M_UNRECOGNIZED") {
    error.text = "the homeserver does not know how to ask";
  }
  return error;
}

class KnockFlow final : public Flow {
 public:
  KnockFlow(Hub& hub, std::string owner, chat::Dialog::Show show)
      : Flow(hub, std::move(show)), owner_(std::move(owner)) {
    chat::Form form;
    form.title = "Ask to be let into a room";
    form.instructions = "Those who may let you in are asked. If they do, an invitation comes.";
    chat::Field room;
    room.name = "room";
    room.label = "Room";
    room.description = "Like #room:matrix.org, or its address here";
    room.required = true;
    form.fields.push_back(std::move(room));
    chat::Field reason;
    reason.name = "reason";
    reason.label = "What to tell them";
    form.fields.push_back(std::move(reason));
    say(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    if (!tasks_.empty()) return;  // the homeserver is being asked
    const auto room = parse_typed_address(answers.get("room"));
    if (!room || room->kind == Address::Kind::user) {
      return say(chat::Refused{Fault::unacceptable, "room", "Name a room, like #room:matrix.org."});
    }
    std::string reason = text::without_controls(text::to_xml_text(answers.get("reason")), false);
    if (reason.size() > longest_reason) {
      return say(chat::Refused{Fault::unacceptable, "reason", "Say it in fewer words."});
    }
    tasks_.spawn([this, id = room->id, reason = std::move(reason)] { return knock(id, reason); });
  }

 private:
  net::Task<> knock(std::string id, std::string reason) {
    const Tokens* tokens = hub_.tokens().find(owner_);
    if (tokens == nullptr) {
      say(chat::Finished{"You are not logged in to Matrix.", {}, true});
      co_return;
    }
    Question question;
    question.method = "POST";
    question.path = client_api + "/knock/" + percent_encode(id);
    if (const std::string server = percent_encode(server_in(id)); !server.empty()) {
      // As for joining: homeservers before version 1.12 of the specification know the first name.
      question.path += "?server_name=" + server + "&via=" + server;
    }
    nlohmann::json body = nlohmann::json::object();
    if (!reason.empty()) body["reason"] = reason;
    question.body = dump_json(body);
    question.token = tokens->access;
    const Reply reply = co_await ask(hub_.http(), hub_.clock(), tokens->homeserver, std::move(question));
    if (!is_watched()) co_return;
    if (reply.ok) {
      say(chat::Finished{"They have been asked. If they let you in, an invitation comes.", {}});
      co_return;
    }
    const Error error = why_not_asked(reply.refusal);
    std::string why = "You could not ask: " + error.text + '.';
    say(chat::Refused{error.fault, "room", std::move(why)});
  }

  std::string owner_;
};

}  // namespace

std::unique_ptr<chat::Dialog> open_knock_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<FlowDialog>(hub, std::make_unique<KnockFlow>(hub, account.owner, std::move(show)));
}

}  // namespace dragoman::backends::matrix
