#include <charconv>

#include "base/text.hpp"
#include "gateway/commands/makers.hpp"
#include "gateway/directory.hpp"
#include "gateway/own_names.hpp"
#include "gateway/room_history.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

// What people choose for themselves (SettingsBook), and their nickname.

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

/// A form of the settings; every row is a field with a name of SettingsBook.
struct Setting {
  Kind kind;  ///< number or boolean
  const char* name;
  const char* label;
  const char* description;
  std::int64_t most = 1;
};
constexpr Setting settings[] = {
    {Kind::number, "history_on_join", "Messages of the past when you enter a room",
     "For clients that do not say how many they want", static_cast<std::int64_t>(most_history)},
    {Kind::number, "linger", "Minutes that you stay connected when your last client has gone",
     "0: you log out with it; 525600: you stay for good. Needs an account", 365 * 24 * 60},
    {Kind::boolean, "bookmarks", "Bookmark the rooms that you enter",
     "Your clients enter them by themselves then; needs an account, and a server that lets this gateway do it"},
    {Kind::boolean, "notices", "Show what the network itself says", "Message of the day, notices of servers"},
};

std::int64_t usual(const Context& context, std::string_view name) {
  if (name == "history_on_join") return static_cast<std::int64_t>(context.policy.history_on_join);
  if (name == "linger") return std::chrono::duration_cast<std::chrono::minutes>(context.policy.linger).count();
  return name == "notices" ? 1 : 0;
}

class PersonSettings final : public Command {
 public:
  explicit PersonSettings(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Settings";
    form.instructions = "Your settings at " + context().link.jid().str() + '.';
    for (const Setting& setting : settings) {
      chat::Field field = make_field(setting.kind, setting.name, setting.label, setting.description);
      field.most = setting.most;
      field.values = {
          std::to_string(context().settings.number(asker().bare_view(), setting.name, usual(context(), setting.name)))};
      form.fields.push_back(std::move(field));
    }
    context().directory.add_consent(form, std::string{asker().bare_view()});
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const std::string_view who = asker().bare_view();
    if (person().registered()) context().directory.read_answers(answers, std::string{who});
    for (const Setting& setting : settings) {
      const std::string& text = answers.get(setting.name);
      std::int64_t value = 0;
      const bool empty = std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{};
      if (empty || value == usual(context(), setting.name)) {
        context().settings.clear(who, setting.name);  // what is usual may change
      } else if (setting.kind == Kind::boolean) {
        context().settings.set_flag(who, setting.name, value != 0);
      } else {
        context().settings.set_number(who, setting.name, value);
      }
    }
    finish("Your settings were kept.");
  }
};

class Nick final : public Command {
 public:
  explicit Nick(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Nickname";
    form.instructions = "Your nickname is the same in all rooms of " + network_name() + '.';
    form.fields.push_back(make_field(Kind::text, "nick", "Nickname", {}, true));
    const std::string& now = person().nickname(place().part);
    if (!now.empty()) form.fields.back().values = {now};
    add_part_field(form);
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const std::string at = part(answers);
    std::function<void(const chat::Done*, const chat::Failed*)> changed = [this, at](const chat::Done*,
                                                                                     const chat::Failed* failed) {
      if (failed != nullptr) return refuse("nick", failed->text);
      person().keep_nickname(at);
      // Not always what was typed: the network may have made a name of it that it can have.
      finish("You are " + person().nickname(at) + " now.");
    };
    person().ask_connected(chat::SetNickname{answers.get("nick"), at}, guarded(std::move(changed)));
  }
};

/// For who has no client that tells the gateway how they call themselves (OwnNames).
class OwnName final : public Command {
 public:
  explicit OwnName(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Own name";
    form.instructions = "What you are called on " + network_name() +
                        " beside your nickname, for whoever looks. What your client publishes (XEP-0172) counts from "
                        "when you change it there.";
    form.fields.push_back(make_field(Kind::text, "name", "Name", "Empty: none"));
    const std::string now = context().own_names.told_to(asker().bare().str(), place().part);
    if (!now.empty()) form.fields.back().values = {now};
    add_part_field(form);
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const std::string at = part(answers), name{text::trim(text::cut(answers.get("name"), longest_own_name))};
    chat::SetProfile set;
    set.profile.nickname = name;
    std::function<void(const chat::Done*, const chat::Failed*)> taken = [this, at, name](const chat::Done*,
                                                                                         const chat::Failed* failed) {
      if (failed != nullptr) return refuse("name", failed->text);
      context().own_names.chosen(asker().bare().str(), at, name);
      finish(name.empty() ? "You have no name but your nickname." : "You are called " + name + " from now on.");
    };
    person().ask_in(at, set, guarded(std::move(taken)));
  }
};

}  // namespace

Made make_settings(Opening opening) { return std::make_unique<PersonSettings>(std::move(opening)); }
Made make_nick(Opening opening) { return std::make_unique<Nick>(std::move(opening)); }
Made make_own_name(Opening opening) { return std::make_unique<OwnName>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
