#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

/// A line of the network's own language, for what nothing else here can do. What it says is kept nowhere: it may be a
/// password for services.
class Raw final : public Command {
 public:
  explicit Raw(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Say a command of the network itself";
    form.instructions = "It goes to " + network_name() + " as it is, and what is answered comes back.";
    add_part_field(form);
    form.fields.push_back(make_field(Kind::text, "line", "Command", "For example WHOWAS carol", true));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    std::function<void(const chat::Done*, const chat::Failed*)> ended = [this](const chat::Done* done,
                                                                               const chat::Failed* failed) {
      if (done == nullptr) return fail(failed->text.empty() ? network_name() + " refused this." : failed->text);
      const auto* reply = std::get_if<chat::Reply>(&done->answer);
      finish(reply == nullptr || reply->text.empty() ? "It was said, and nothing was answered." : reply->text);
    };
    person().ask_connected(chat::Run{answers.get("line"), part(answers)}, guarded(std::move(ended)));
  }
};

}  // namespace

Made make_raw(Opening opening) { return std::make_unique<Raw>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
