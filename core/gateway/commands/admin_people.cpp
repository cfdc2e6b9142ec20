#include "base/log.hpp"
#include "gateway/access.hpp"
#include "gateway/access_lists.hpp"
#include "gateway/commands/admin.hpp"
#include "gateway/commands/makers.hpp"
#include "gateway/complaint.hpp"
#include "gateway/registrations.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"
#include "xmpp/timestamps.hpp"

// Admins and the people of the gateway (XEP-0133 4.1-4.5, 4.9, 4.10).

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

/// Something done to each of several people. Nothing is done before all of them were looked at.
class EachPerson : public Command {
 public:
  EachPerson(Opening opening, const std::string& title) : Command(std::move(opening)) {
    chat::Form form = make_admin_form(title);
    form.fields.push_back(make_field(Kind::addresses, "accountjids", "The Jabber IDs", {}, true));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    std::vector<xmpp::Jid> people;
    for (const std::string& text : values_of(answers, "accountjids")) {
      const auto jid = xmpp::Jid::parse(text);
      if (!jid) return refuse("accountjids", text + ": " + jid.error().text);
      const std::string trouble = look_at(jid->bare());
      if (!trouble.empty()) return refuse("accountjids", jid->str() + ": " + trouble);
      people.push_back(jid->bare());
    }
    for (const xmpp::Jid& who : people) {
      const auto& owner = who;
      LOG_INFO("done by an admin", name(), owner, asker());
      act(who);
    }
    finish(people.size() == 1 ? "Done." : "Done, for " + std::to_string(people.size()) + " people.");
  }

 protected:
  /// Why it cannot be done, or an empty text.
  virtual std::string look_at(const xmpp::Jid& who) = 0;
  virtual void act(const xmpp::Jid& who) = 0;
  User* find(const xmpp::Jid& who) { return context().find(who.bare_view()); }
  bool is_registered(const xmpp::Jid& who) { return find(who) != nullptr && find(who)->registered(); }
};

class EndSession final : public EachPerson {
 public:
  explicit EndSession(Opening opening) : EachPerson(std::move(opening), "End the sessions of users") {}

 private:
  std::string look_at(const xmpp::Jid& who) override {
    return find(who) == nullptr ? "is not connected" : std::string{};
  }
  void act(const xmpp::Jid& who) override { find(who)->log_off("An administrator has ended your session."); }
};

class DeleteUser final : public EachPerson {
 public:
  explicit DeleteUser(Opening opening) : EachPerson(std::move(opening), "Delete users") {}

 private:
  std::string look_at(const xmpp::Jid& who) override {
    return is_registered(who) ? std::string{} : "is not registered";
  }
  void act(const xmpp::Jid& who) override {
    if (context().registrations.erase(who)) context().registrations.end(who);
  }
};

class DisableUser final : public EachPerson {
 public:
  explicit DisableUser(Opening opening) : EachPerson(std::move(opening), "Disable users") {}

 private:
  std::string look_at(const xmpp::Jid& who) override {
    if (is_admin(context().policy, who)) return "is an administrator";
    return context().access.has(AccessLists::List::disabled, who.str()) ? "is disabled already" : std::string{};
  }
  void act(const xmpp::Jid& who) override {
    if (User* known = find(who)) known->log_off("An administrator has disabled your account.");
    context().access.add(AccessLists::List::disabled, who.str());
  }
};

class ReenableUser final : public EachPerson {
 public:
  explicit ReenableUser(Opening opening) : EachPerson(std::move(opening), "Re-enable users") {}

 private:
  std::string look_at(const xmpp::Jid& who) override {
    return context().access.has(AccessLists::List::disabled, who.str()) ? std::string{} : "is not disabled";
  }
  void act(const xmpp::Jid& who) override { context().access.remove(AccessLists::List::disabled, who.str()); }
};

/// Something about one person.
class OnePerson : public Command {
 public:
  OnePerson(Opening opening, std::string title) : Command(std::move(opening)), title_(std::move(title)) {
    chat::Form form = make_admin_form(title_);
    form.fields.push_back(make_field(Kind::address, "accountjid", "The Jabber ID", {}, true));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const auto jid = xmpp::Jid::parse(answers.get("accountjid"));
    if (!jid) return refuse("accountjid", jid.error().text);
    chat::Form form = make_admin_form(title_);
    form.fields.push_back(make_field(Kind::address, "accountjid", "The Jabber ID"));
    form.fields.back().values = {jid->bare().str()};
    tell(jid->bare(), form);
  }

 protected:
  virtual void tell(const xmpp::Jid& who, chat::Form& form) = 0;
  static void add(chat::Form& form, std::string name, std::string label, std::vector<std::string> values) {
    form.fields.push_back(make_field(Kind::text, std::move(name), std::move(label)));
    form.fields.back().values = std::move(values);
  }

 private:
  std::string title_;
};

class LastLogin final : public OnePerson {
 public:
  explicit LastLogin(Opening opening) : OnePerson(std::move(opening), "Last login of a user") {}

 private:
  void tell(const xmpp::Jid& who, chat::Form& form) override {
    const std::int64_t seconds = context().settings.number(who.str(), "last_login", 0);
    if (seconds == 0) return fail(who.str() + " has never logged in.");
    const Timestamp time{std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::seconds{seconds})};
    add(form, "lastlogin", "Last login", {xmpp::to_datetime(time)});
    finish({}, std::move(form));
  }
};

class UserStats final : public OnePerson {
 public:
  explicit UserStats(Opening opening) : OnePerson(std::move(opening), "Statistics of a user") {}

 private:
  void tell(const xmpp::Jid& who, chat::Form& form) override {
    const User* known = context().find(who.bare_view());
    if (known == nullptr) return fail(who.str() + " is neither registered nor connected.");
    std::vector<std::string> rooms;
    known->each_room([&](const Room& room) { rooms.push_back(room.address()); });
    add(form, "rostersize", "Roster size", {std::to_string(known->subscriptions().size())});
    add(form, "onlineresources", "Online resources", known->present_clients());
    form.fields.back().kind = Kind::lines;
    add(form, "account", "Account", {known->registered() ? known->account().nickname : "not registered"});
    add(form, "connection", "Connection", {known->status()});
    add(form, "rooms", "Rooms", std::move(rooms));
    form.fields.back().kind = Kind::lines;
    add(form, "waiting", "Messages that wait", {std::to_string(known->sent().queue().size())});
    finish({}, std::move(form));
  }
};

class AddUser final : public Command {
 public:
  explicit AddUser(Opening opening) : Command(std::move(opening)) {
    chat::Form form = make_admin_form("Add a user", "The account on " + network_name() + " that somebody gets.");
    form.fields.push_back(make_field(Kind::address, "accountjid", "The Jabber ID", {}, true));
    for (chat::Field& field : context().network.account_form({}).fields) {
      const bool password = field.name == "password";
      if (password) field.label = "Password";
      form.fields.push_back(std::move(field));
      if (password) form.fields.push_back(make_field(Kind::secret, "password-verify", "Retype password"));
    }
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const auto jid = xmpp::Jid::parse(answers.get("accountjid"));
    if (!jid) return refuse("accountjid", jid.error().text);
    if (jid->local().empty()) return refuse("accountjid", "This is no address of a person.");
    if (!may_use(context(), *jid)) return refuse("accountjid", refusal(context(), *jid));
    const User* known = context().find(jid->bare_view());
    if (known != nullptr && known->registered()) return refuse("accountjid", "They are registered already.");
    if (!answers.get("password-verify").empty() && answers.get("password-verify") != answers.get("password")) {
      return refuse("password-verify", "The two passwords differ.");
    }
    const std::function<void(Result<Registrations::Kept>)> ended = [this, owner = jid->bare()](auto kept) {
      on_ended(owner, std::move(kept));
    };
    const auto heard = guarded(ended);
    context().registrations.keep(
        jid->bare(), answers, true,
        [&desk = desk(), owner = jid->bare(), admin = asker(), heard](Result<Registrations::Kept> kept) {
          if (kept) {
            LOG_INFO("registered by an admin", owner, admin);
            desk.context.registrations.take_effect(owner, *kept);
          }
          heard(std::move(kept));
        });
  }

 private:
  void on_ended(const xmpp::Jid& owner, Result<Registrations::Kept> kept) {
    if (kept) return finish(owner.str() + " is registered.");
    Complaint complaint = read_complaint(kept.error(), context().network.account_form({}));
    refuse(std::move(complaint.field), std::move(complaint.text));
  }
};

}  // namespace

Made make_user_stats(Opening opening) { return std::make_unique<UserStats>(std::move(opening)); }
Made make_last_login(Opening opening) { return std::make_unique<LastLogin>(std::move(opening)); }
Made make_end_session(Opening opening) { return std::make_unique<EndSession>(std::move(opening)); }
Made make_delete_user(Opening opening) { return std::make_unique<DeleteUser>(std::move(opening)); }
Made make_disable_user(Opening opening) { return std::make_unique<DisableUser>(std::move(opening)); }
Made make_reenable_user(Opening opening) { return std::make_unique<ReenableUser>(std::move(opening)); }
Made make_add_user(Opening opening) { return std::make_unique<AddUser>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
