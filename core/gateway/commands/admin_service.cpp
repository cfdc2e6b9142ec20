#include "base/log.hpp"
#include "gateway/access.hpp"
#include "gateway/access_lists.hpp"
#include "gateway/announcements.hpp"
#include "gateway/bans.hpp"
#include "gateway/commands/admin.hpp"
#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"

// Who may use the gateway, and its end (XEP-0133 4.11, 4.12, 4.29-4.31).

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;
using List = AccessLists::List;

/// A list of domains and bare JIDs as a whole.
class EditList : public Command {
 public:
  EditList(Opening opening, chat::Form form, std::string field, std::string label)
      : Command(std::move(opening)), form_(std::move(form)), field_(std::move(field)), label_(std::move(label)) {}

  void submit(const chat::Fields& answers) override {
    AccessLists::Entries entries;
    for (const std::string& text : values_of(answers, field_)) {
      const auto jid = xmpp::Jid::parse(text);
      if (!jid || !jid->is_bare()) return refuse(field_, text + " is neither a domain nor a bare JID.");
      const std::string trouble = look_at(*jid);
      if (!trouble.empty()) return refuse(field_, text + ' ' + trouble);
      entries.insert(jid->str());
    }
    keep(entries);
    LOG_INFO("list changed by an admin", field_, asker());
    enforce_access(context());
    finish("Kept: " + std::to_string(entries.size()) + (entries.size() == 1 ? " entry." : " entries."));
  }

 protected:
  void begin(std::vector<std::string> entries) {
    form_.fields.push_back(make_field(Kind::addresses, field_, label_));
    form_.fields.back().values = std::move(entries);
    show(std::move(form_));
  }
  /// Why it cannot stand in the list, or an empty text.
  virtual std::string look_at(const xmpp::Jid&) { return {}; }
  virtual void keep(const AccessLists::Entries& entries) = 0;

 private:
  chat::Form form_;
  std::string field_, label_;
};

class EditWhitelist final : public EditList {
 public:
  explicit EditWhitelist(Opening opening)
      : EditList(std::move(opening),
                 make_admin_form("Whitelist",
                                 "Domains and people whom this gateway serves beside those that `allow` of the "
                                 "configuration names."),
                 "whitelistjids", "The whitelist") {
    const auto& entries = context().access.entries(List::allowed);
    begin({entries.begin(), entries.end()});
  }

 private:
  void keep(const AccessLists::Entries& entries) override { context().access.replace(List::allowed, entries); }
};

/// The bans without their reasons and ends: who stays in the list stays as they were banned, who is new is banned for
/// good.
class EditBlacklist final : public EditList {
 public:
  explicit EditBlacklist(Opening opening)
      : EditList(std::move(opening),
                 make_admin_form("Blacklist", "Domains and people whom this gateway does not serve."), "blacklistjids",
                 "The blacklist") {
    std::vector<std::string> targets;
    for (const auto& [target, ban] : context().bans.entries()) targets.push_back(target);
    begin(std::move(targets));
  }

 private:
  std::string look_at(const xmpp::Jid& jid) override {
    return is_admin(context().policy, jid) ? "is an administrator." : std::string{};
  }
  void keep(const AccessLists::Entries& wanted) override {
    Bans& bans = context().bans;
    const Bans::Entries before = bans.entries();
    for (const auto& [target, ban] : before) {
      if (!wanted.contains(target)) bans.remove(target);
    }
    for (const std::string& target : wanted) {
      if (!before.contains(target)) bans.add(target, {{}, asker().bare().str(), context().timers.clock().utc(), {}});
    }
  }
};

class EditAdmin final : public Command {
 public:
  explicit EditAdmin(Opening opening) : Command(std::move(opening)) {
    chat::Form form = make_admin_form("Administrators");
    form.fields.push_back(make_field(Kind::addresses, "adminjids", "The admin list"));
    form.fields.back().values = context().policy.admins;
    finish("Administrators are set in the configuration: `admins` of [[network]].", std::move(form));
  }
};

/// The end of the program, announced and after a while.
class End final : public Command {
 public:
  End(Opening opening, bool restart) : Command(std::move(opening)), restart_(restart) {
    chat::Form form = make_admin_form(
        restart ? "Restart the service" : "Shut down the service",
        restart
            ? "The program ends with exit status 75, upon which its supervisor starts it again. All its networks end."
            : "The program ends in order, with all its networks.");
    chat::Field delay = make_field(Kind::choice, "delay", "Time to wait before");
    for (const char* seconds : {"0", "30", "60", "90", "120", "180", "240", "300"}) {
      delay.options.emplace_back(seconds, std::string{seconds} + " seconds");
    }
    delay.values = {"0"};
    form.fields.push_back(std::move(delay));
    form.fields.push_back(make_field(Kind::lines, "announcement", "Announcement", "To everybody who is here"));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    if (!context().quit) return fail("This cannot be done here.");
    const std::string announcement = text_of(answers, "announcement");
    if (!announcement.empty()) context().announcements.announce("Announcement", announcement);
    const std::string& delay = answers.get("delay");
    const std::chrono::seconds seconds{delay.empty() ? 0 : std::stol(delay)};
    const char* what = restart_ ? "restart" : "shutdown";
    LOG_INFO("the end was ordered by an admin", what, seconds, asker());
    // This command is over before: its answer is written at the end of the turn, and the end begins behind that.
    Timers& timers = context().timers;
    context().gate.when_durable([&timers, seconds, quit = context().quit, restart = restart_] {
      timers.after(seconds, [quit, restart] { quit(restart); });
    });
    finish(std::string{restart_ ? "Restarting" : "Shutting down"} +
           (seconds.count() == 0 ? " now." : " in " + std::to_string(seconds.count()) + " seconds."));
  }

 private:
  bool restart_;
};

}  // namespace

Made make_edit_blacklist(Opening opening) { return std::make_unique<EditBlacklist>(std::move(opening)); }
Made make_edit_whitelist(Opening opening) { return std::make_unique<EditWhitelist>(std::move(opening)); }
Made make_edit_admin(Opening opening) { return std::make_unique<EditAdmin>(std::move(opening)); }
Made make_restart(Opening opening) { return std::make_unique<End>(std::move(opening), true); }
Made make_shutdown(Opening opening) { return std::make_unique<End>(std::move(opening), false); }

}  // namespace dragoman::gateway::commands
