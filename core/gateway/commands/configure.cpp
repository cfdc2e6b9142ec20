#include <charconv>

#include "gateway/commands/makers.hpp"
#include "gateway/complaint.hpp"
#include "gateway/part_book.hpp"
#include "gateway/room_history.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

// "configure", as users of biboumi know it: at the gateway itself, at a server, and at a room. The names of the fields
// are biboumi's.

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

chat::Field boolean(std::string name, std::string label, std::string description, bool value) {
  chat::Field field = make_field(Kind::boolean, std::move(name), std::move(label), std::move(description));
  field.values = {value ? "1" : "0"};
  return field;
}

chat::Field recording(bool value) {
  return boolean("record_history", "Keep what is said", "Else it is gone when it was delivered, and no archive has it",
                 value);
}

/// Messages of the past, in rooms of one part of the network or in all.
class HistoryField {
 public:
  HistoryField(Context& context, std::string_view person, std::string part)
      : context_(context), person_(person), part_(std::move(part)) {}
  chat::Field field() const {
    chat::Field made = make_field(Kind::number, "max_history_length", "Messages of the past when you enter a room",
                                  "For clients that do not say how many they want");
    made.most = static_cast<std::int64_t>(most_history);
    made.values = {std::to_string(context_.settings.history_on_join(person_, part_, usual()))};
    return made;
  }
  void keep(const chat::Fields& answers) {
    const std::string& text = answers.get("max_history_length");
    std::int64_t wanted = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), wanted);
    if (error == std::errc{}) context_.settings.set_history_on_join(person_, part_, wanted, usual());
  }

 private:
  std::int64_t usual() const { return static_cast<std::int64_t>(context_.policy.history_on_join); }

  Context& context_;
  std::string_view person_;
  std::string part_;
};

/// What a person may set for one part of the network, or for a network that is one.
class PartOfForm {
 public:
  explicit PartOfForm(Context& context, const User& person, std::string part) : context_(context) {
    account_ = person.account();
    account_.part = std::move(part);
    if (const auto* set = context_.part_book.find(account_.owner, account_.part)) {
      account_.part_settings = set->fields;
      account_.part_password = set->password;
    }
  }
  chat::Form form() const { return context_.network.part_form(account_); }
  Result<void> keep(const chat::Fields& answers) {
    const auto changed = context_.network.read_part(answers, account_);
    if (!changed) return changed.error();
    context_.part_book.set(account_.owner, account_.part, {changed->part_settings, changed->part_password});
    return {};
  }

 private:
  Context& context_;
  chat::Account account_;
};

class ConfigurePart final : public Command {
 public:
  explicit ConfigurePart(Opening opening) : Command(std::move(opening)) {
    chat::Form form = PartOfForm{context(), person(), place().part}.form();
    form.fields.push_back(history().field());
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    PartOfForm part{context(), person(), place().part};
    if (const auto kept = part.keep(answers); !kept) {
      Complaint complaint = read_complaint(kept.error(), part.form());
      return refuse(std::move(complaint.field), std::move(complaint.text));
    }
    history().keep(answers);
    finish(person().is_ready(place().part)
               ? "Kept. You are connected with what was set before, until you reconnect (command \"reconnect\")."
               : "Kept.");
  }

 private:
  HistoryField history() { return {context(), asker().bare_view(), place().part}; }
};

/// For everything here; in a network that is one, what is about its only connection too.
class ConfigureAll final : public Command {
 public:
  explicit ConfigureAll(Opening opening) : Command(std::move(opening)) {
    const SettingsBook& settings = context().settings;
    const std::string_view who = asker().bare_view();
    chat::Form form;
    form.title = "Configure";
    form.instructions = "Your settings at " + context().link.jid().str() + '.';
    form.fields.push_back(history().field());
    form.fields.push_back(recording(settings.flag(who, "record_history", true)));
    form.fields.push_back(boolean("persistent", "Stay in rooms while you are offline",
                                  "In those that you enter from now on; needs an account",
                                  settings.flag(who, "persistent", false)));
    if (!context().network.in_parts()) {
      for (chat::Field& each : PartOfForm{context(), person(), {}}.form().fields)
        form.fields.push_back(std::move(each));
    }
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    PartOfForm part{context(), person(), {}};
    if (!context().network.in_parts() && !part.form().fields.empty()) {
      if (const auto kept = part.keep(answers); !kept) {
        Complaint complaint = read_complaint(kept.error(), part.form());
        return refuse(std::move(complaint.field), std::move(complaint.text));
      }
    }
    SettingsBook& settings = context().settings;
    const std::string_view who = asker().bare_view();
    history().keep(answers);
    if (answers.has("record_history")) settings.set_flag(who, "record_history", answers.flag("record_history"));
    if (answers.has("persistent")) settings.set_flag(who, "persistent", answers.flag("persistent"));
    finish("Kept.");
  }

 private:
  HistoryField history() { return {context(), asker().bare_view(), {}}; }
};

/// Whoever is in the room sees its encodings too: the network asks and keeps them.
class ConfigureRoom final : public Command {
 public:
  explicit ConfigureRoom(Opening opening) : Command(std::move(opening)) {
    const Room* known = person().room(place().room);
    if (known == nullptr || known->state() != Room::State::joined) {
      show(make({}));
      return;
    }
    std::function<void(const chat::Done*, const chat::Failed*)> asked = [this](const chat::Done* done,
                                                                               const chat::Failed*) {
      const auto* form = done == nullptr ? nullptr : std::get_if<chat::Form>(&done->answer);
      show(make(form == nullptr ? chat::Form{} : *form));
    };
    person().ask_connected(chat::GetRoomForm{place().room}, guarded(std::move(asked)));
  }

  void submit(const chat::Fields& answers) override {
    const chat::RoomId& room = place().room;
    if (answers.has("record_history")) {
      context().settings.set_flag(asker().bare_view(), "record_history " + room.text, answers.flag("record_history"));
    }
    if (answers.has("persistent") && person().registered()) person().rooms().stay_in(room, answers.flag("persistent"));
    chat::Fields encodings;
    for (const char* name : {"encoding_in", "encoding_out"}) {
      if (has_encodings_ && answers.has(name)) encodings.set(name, answers.get(name));
    }
    if (encodings.all().empty()) return finish("Kept.");
    std::function<void(const chat::Done*, const chat::Failed*)> set = [this](const chat::Done*,
                                                                             const chat::Failed* failed) {
      if (failed != nullptr) return refuse("encoding_in", failed->text);
      finish("Kept.");
    };
    person().ask_connected(chat::ConfigureRoom{room, std::move(encodings)}, guarded(std::move(set)));
  }

 private:
  chat::Form make(const chat::Form& of_network) {
    const chat::RoomId& room = place().room;
    chat::Form form;
    form.title = "Configure " + place().address;
    form.instructions = "These settings are yours alone; those of the room itself are in its own form.";
    for (const chat::Field& each : of_network.fields) {
      if (each.name != "encoding_in" && each.name != "encoding_out") continue;
      form.fields.push_back(each);
      has_encodings_ = true;
    }
    if (person().registered()) {
      form.fields.push_back(boolean("persistent", "Stay in this room while you are offline",
                                    "Others see you as away; what was said is in the archive",
                                    person().rooms().stays_in(room)));
    }
    form.fields.push_back(recording(person().records({room, {}})));
    return form;
  }

  bool has_encodings_ = false;
};

}  // namespace

Made make_configure(Opening opening) {
  if (!opening.place.room.empty()) return std::make_unique<ConfigureRoom>(std::move(opening));
  if (!opening.place.part.empty()) return std::make_unique<ConfigurePart>(std::move(opening));
  return std::make_unique<ConfigureAll>(std::move(opening));
}

}  // namespace dragoman::gateway::commands
