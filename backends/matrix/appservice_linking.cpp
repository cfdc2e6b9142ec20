#include "backends/matrix/appservice_linking.hpp"

#include <optional>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/appservice.hpp"
#include "base/gate.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

class LinkingDialog final : public chat::Dialog {
 public:
  LinkingDialog(Hub& hub, chat::Account account, Show show)
      : hub_(hub), account_(std::move(account)), show_(std::move(show)), soon_(hub.loop().gate(), [this] { tell(); }) {
    say(user_form());
  }
  ~LinkingDialog() override { service().bot().give_up(code_); }
  LinkingDialog(const LinkingDialog&) = delete;
  LinkingDialog& operator=(const LinkingDialog&) = delete;

  void submit(const chat::Fields& answers) override;
  void cancel() override { service().bot().give_up(code_); }

 private:
  AppService& service() { return *hub_.service(); }
  chat::Form user_form();
  void proved(const std::string& user_id);
  void say(chat::Step step) {
    step_ = std::move(step);
    soon_.arm();
  }
  void tell() {
    if (!step_) return;
    // The dialog may be over when this returns, and what it calls with it.
    const Show shown = show_;
    const chat::Step step = *std::exchange(step_, std::nullopt);
    shown(step);
  }

  Hub& hub_;
  chat::Account account_;
  Show show_;
  std::string code_;  // that is waited for
  std::optional<chat::Step> step_;
  Gate::Hook soon_;
};

chat::Form LinkingDialog::user_form() {
  chat::Form form;
  form.title = "Use your account on " + service().names().server_name();
  form.instructions = "Which account is yours? You show it by a message that you write from there.";
  chat::Field user;
  user.kind = chat::Field::Kind::text;
  user.name = "user";
  user.label = "Account";
  user.description = "Like @alice:" + service().names().server_name();
  user.required = true;
  form.fields.push_back(std::move(user));
  return form;
}

void LinkingDialog::submit(const chat::Fields& answers) {
  std::string user{text::trim(answers.get("user"))};
  const std::string& server = service().names().server_name();
  if (!user.starts_with('@')) user = '@' + user;
  if (server_in(user).empty()) user += ':' + server;
  const bool ours = service().names().covers(user) || user == service().bot().user_id();
  if (server_in(user) != server || ours || text::without_controls(user, false) != user || user.size() > 255) {
    return say(chat::Refused{Fault::unacceptable, "user", "This has to be an account on " + server + '.'});
  }
  const std::string& bot = service().bot().user_id();
  service().bot().give_up(code_);
  code_ = service().bot().expect(account_.owner, user, hub_.services().random, hub_.clock().now(),
                                 [this, user] { proved(user); });
  say(chat::Wait{"Log in as " + user + " with a client of Matrix, begin a direct chat with " + bot +
                     " and write this code there, within ten minutes.",
                 to_link(bot), code_});
}

void LinkingDialog::proved(const std::string& user_id) {
  const std::string &owner = account_.owner, &network = hub_.jid();
  LOG_INFO("matrix account linked", owner, network, user_id);
  account_.registered = true;
  account_.password = Secret<std::string>{};
  account_.nickname = user_id;
  account_.settings.set("username", user_id);
  account_.settings.set("user_id", user_id);
  account_.settings.set("linked", "1");
  chat::Finished finished;
  finished.text = "You use " + user_id + " from here now.";
  finished.account = account_;
  say(std::move(finished));
}

}  // namespace

std::unique_ptr<chat::Dialog> open_linking_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<LinkingDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::matrix
