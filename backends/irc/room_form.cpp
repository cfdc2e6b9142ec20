#include "backends/irc/room_form.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "backends/irc/queries.hpp"
#include "backends/irc/room_settings.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// A setting without a value. Of several letters the first that the server has is set, and all are taken away.
struct Flag {
  std::string_view field, letters, label, description;
};
constexpr auto flags = std::to_array<Flag>({
    {"moderated", "m", "Moderated", "Only people with voice or a higher rank may speak (+m)"},
    {"members_only", "i", "By invitation only", "Nobody comes in without an invitation (+i)"},
    {"registered_only", "Rr", "Registered people only", "An account with the network's services is needed to come in"},
    {"hidden", "sp", "Hidden", "Does not stand in the list of channels (+s)"},
    {"topic_locked", "t", "Topic locked", "Only operators change the topic (+t)"},
    {"no_external_messages", "n", "No messages from outside", "Only who is in the channel may speak there (+n)"},
    {"no_colours", "c", "No colours", "Messages with colours are refused or lose them (+c)"},
    {"no_ctcp", "C", "No CTCP", "Requests to the clients of all are refused; actions are not (+C)"},
});

std::string letters_of(const Isupport& isupport, const Flag& flag) {
  if (flag.field == "registered_only") {
    const char letter = registered_only_letter(isupport);
    return isupport.flag_modes.find(letter) == std::string::npos ? std::string{} : std::string(1, letter);
  }
  std::string letters;
  for (const char letter : flag.letters) {
    if (isupport.flag_modes.find(letter) != std::string::npos) letters += letter;
  }
  return letters;
}

bool is_on(const Room& room, std::string_view letters) {
  return std::any_of(letters.begin(), letters.end(), [&room](char letter) { return room.has(letter); });
}

bool has_key(const Isupport& isupport) { return isupport.key_modes.find('k') != std::string::npos; }
bool has_limit(const Isupport& isupport) { return isupport.limit_modes.find('l') != std::string::npos; }

chat::Field field(chat::Field::Kind kind, std::string_view name, std::string_view label, std::string_view description) {
  chat::Field made;
  made.kind = kind;
  made.name = name;
  made.label = label;
  made.description = description;
  return made;
}

chat::Field encoding_field(std::string_view name, std::string_view label, std::string_view description,
                           std::optional<Encoding> chosen) {
  chat::Field made = field(chat::Field::Kind::choice, name, label, description);
  made.options.emplace_back("", "as the gateway has it");
  for (std::string& each : encoding_names()) made.options.emplace_back(each, each);
  made.values = {chosen ? std::string{name_of(*chosen)} : std::string{}};
  return made;
}

chat::Form room_form(const State& state, const Room& room) {
  const Isupport& isupport = *state.link.isupport;
  using Kind = chat::Field::Kind;
  chat::Form form;
  const std::string name = decode_text(room.name);
  form.title = "Settings of " + name;
  form.instructions = "What " + name + " is like on IRC. Changes need the rank of an operator there.";
  for (const Flag& flag : flags) {
    const std::string letters = letters_of(isupport, flag);
    if (letters.empty()) continue;
    form.fields.push_back(field(Kind::boolean, flag.field, flag.label, flag.description));
    form.fields.back().values = {is_on(room, letters) ? "1" : "0"};
  }
  if (has_key(isupport)) {
    form.fields.push_back(field(Kind::secret, "password", "Password",
                                room.has('k') ? "There is one (+k); empty takes it away" : "None now (+k)"));
  }
  if (has_limit(isupport)) {
    form.fields.push_back(field(Kind::text, "limit", "Most people", "Empty: no limit (+l)"));
    if (room.limit != 0) form.fields.back().values = {std::to_string(room.limit)};
  }
  if (isupport.utf8_only) return form;
  const Encodings::Choice* const found = state.login.encodings.find(isupport.casemap, room.name);
  const Encodings::Choice chosen = found == nullptr ? Encodings::Choice{} : *found;
  form.fields.push_back(encoding_field("encoding_in", "Encoding of old clients",
                                       "How lines that are no UTF-8 are read, for you alone", chosen.in));
  form.fields.push_back(
      encoding_field("encoding_out", "Encoding of what you write", "Only for channels without UTF-8", chosen.out));
  return form;
}

class Configurer {
 public:
  Configurer(State& state, Room& room, chat::CommandId id, Effects& effects)
      : state_(state), isupport_(*state.link.isupport), room_(room), id_(id), effects_(effects) {}

  void run(const chat::Fields& fields) {
    for (const auto& [name, values] : fields.all()) {
      const auto wanted = want(name, fields.get(name), fields.flag(name));
      if (!wanted) return effects_.refused(id_, wanted.error().fault, wanted.error().text);
    }
    if (encodings_) choose_encodings();
    if (changes_.empty()) return effects_.done(id_);
    write();
  }

 private:
  void change(bool set, char letter, std::string_view label, std::string parameter = {}) {
    changes_.push_back({set, letter, std::move(parameter), std::string{label}});
  }
  Result<void> want(const std::string& name, const std::string& value, bool on) {
    if (name == "password") return want_key(value);
    if (name == "limit") return want_limit(value);
    if (name == "encoding_in") return want_encoding(value, &Encodings::Choice::in);
    if (name == "encoding_out") return want_encoding(value, &Encodings::Choice::out);
    const auto* const flag = std::find_if(flags.begin(), flags.end(), [&](const Flag& f) { return f.field == name; });
    const std::string letters = flag == flags.end() ? std::string{} : letters_of(isupport_, *flag);
    if (letters.empty()) {
      if (!on) return {};  // it is off, as it always will be
      return failure(Fault::unsupported, "channels of this IRC server have no setting \"" + name + '"');
    }
    if (on && !is_on(room_, letters)) change(true, letters.front(), flag->label);
    for (const char letter : letters) {
      if (!on && room_.has(letter)) change(false, letter, flag->label);
    }
    return {};
  }
  Result<void> want_key(const std::string& text) {
    const std::string key = encode_text(text, encoding_out(state_, room_.name));
    const std::size_t most = isupport_.key_length == 0 ? 50 : isupport_.key_length;
    const bool controls =
        std::any_of(key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
    if (controls || key.find_first_of(" ,") != std::string::npos || key.starts_with(':')) {
      return failure(Fault::unacceptable,
                     "a channel password has no space, no comma, no colon in front and no control character");
    }
    if (key.size() > most) {
      return failure(Fault::unacceptable, "a channel password has at most " + std::to_string(most) + " bytes here");
    }
    if (key.empty() ? !room_.has('k') : room_.has('k') && key == room_.key) return {};
    if (!has_key(isupport_)) return failure(Fault::unsupported, "channels of this IRC server have no password");
    if (room_.has('k')) {
      const bool is_known = !room_.key.empty();
      // Without its label it is not looked at in the end: the new key stands in its place.
      change(false, 'k', key.empty() ? "Password" : "", is_known ? room_.key : "*");
    }
    if (!key.empty()) change(true, 'k', "Password", key);
    return {};
  }
  Result<void> want_limit(const std::string& text) {
    std::uint32_t people = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), people);
    const bool is_number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    if (!text.empty() && (!is_number || people == 0 || people > 0x7fffffff)) {
      return failure(Fault::unacceptable, "the most people in a channel are a number above 0, or empty for no limit");
    }
    if (people == room_.limit) return {};
    if (!has_limit(isupport_))
      return failure(Fault::unsupported, "channels of this IRC server have no limit of people");
    people == 0 ? change(false, 'l', "Most people") : change(true, 'l', "Most people", std::to_string(people));
    return {};
  }
  /// Of the person alone: the channel does not notice, and no rank is needed.
  Result<void> want_encoding(const std::string& name, std::optional<Encoding> Encodings::Choice::*member) {
    const auto encoding = find_encoding(name);
    if (!name.empty() && !encoding) return failure(Fault::unacceptable, "no encoding is called \"" + name + '"');
    const Encodings::Choice* const now = state_.login.encodings.find(isupport_.casemap, room_.name);
    if (!encodings_) encodings_ = now == nullptr ? Encodings::Choice{} : *now;
    (*encodings_).*member = encoding;
    return {};
  }
  void choose_encodings() {
    Encodings& chosen = state_.login.encodings;
    const std::string before = chosen.write_channels();
    chosen.of(isupport_.casemap, room_.name) = *encodings_;
    room_.told_of_losses = false;
    std::string after = chosen.write_channels();
    if (after != before) effects_.encodings = std::move(after);
  }
  void write() {
    const std::string target = fold(isupport_.casemap, room_.name);
    const std::size_t most = std::clamp<std::size_t>(isupport_.modes_a_line, 1, 10);
    for (std::size_t next = 0; next < changes_.size();) {
      std::string letters;
      std::vector<std::string_view> middles{room_.name, {}};
      for (std::size_t in_line = 0; in_line < most && next < changes_.size(); ++in_line, ++next) {
        const SettingChange& each = changes_[next];
        letters += each.set ? '+' : '-';
        letters += each.letter;
        if (!each.parameter.empty()) middles.push_back(each.parameter);
      }
      middles[1] = letters;
      const auto sent = send(state_, effects_, {.target = target}, "MODE", middles);
      if (!sent) return effects_.refused(id_, sent.error().fault, sent.error().text);
    }
    const std::string token = "s" + std::to_string(static_cast<std::uint64_t>(id_));
    const auto sent = send(state_, effects_, {.target = target}, "PING", {token});
    if (!sent) return effects_.refused(id_, sent.error().fault, sent.error().text);
    ask_query(state_, id_, room_.name, SettingsAnswer{token, std::move(changes_), Fault::forbidden, {}}, effects_);
  }

  State& state_;
  const Isupport& isupport_;
  Room& room_;
  chat::CommandId id_;
  Effects& effects_;
  std::vector<SettingChange> changes_;
  std::optional<Encodings::Choice> encodings_;  // chosen for this channel
};

bool is_in_place(const Room& room, const SettingChange& change, bool trouble) {
  if (room.has(change.letter) != change.set) return false;
  if (!change.set) return true;
  if (change.letter == 'l') return std::to_string(room.limit) == change.parameter;
  // A server that shows "*" for the key has set ours unless it complained.
  return change.letter != 'k' || room.key == change.parameter || (room.key.empty() && !trouble);
}

}  // namespace

void get_room_form(State& state, Room& room, chat::CommandId id, Effects& effects) {
  if (room.settings_known) return effects.done(id, room_form(state, room));
  const auto sent = send(state, effects, {}, "MODE", {room.name});
  if (!sent) return effects.refused(id, sent.error().fault, sent.error().text);
  ask_query(state, id, room.name, FormAnswer{}, effects);
}

void forms_are_due(State& state, Room& room, Effects& effects) {
  while (const Query* query = find_query<FormAnswer>(state, room.name)) {
    effects.done(query->command, room_form(state, room));
    drop_query(state, *query);
  }
}

void configure_room(State& state, Room& room, chat::CommandId id, const chat::Fields& fields, Effects& effects) {
  Configurer{state, room, id, effects}.run(fields);
}

void settings_written(State& state, std::string_view token, Effects& effects) {
  auto& queries = state.link.queries;
  const auto found = std::find_if(queries.begin(), queries.end(), [token](const Query& query) {
    const auto* answer = std::get_if<SettingsAnswer>(&query.answer);
    return answer != nullptr && answer->token == token;
  });
  if (found == queries.end()) return;
  const auto answer = std::move(std::get<SettingsAnswer>(found->answer));
  const chat::CommandId command = found->command;
  Room* room = find_room(state, std::string_view{found->target});
  drop_query(state, *found);
  if (room == nullptr || !room->present)
    return effects.refused(command, Fault::closed, "you are not in the channel any more");
  std::string missing;
  bool some_done = false;
  for (const SettingChange& change : answer.changes) {
    if (change.label.empty()) continue;
    if (is_in_place(*room, change, !answer.trouble.empty())) {
      some_done = true;
      if (change.set && change.letter == 'k') room->key = change.parameter;  // for coming back
      continue;
    }
    if (!missing.empty()) missing += ", ";
    missing += change.label;
  }
  if (missing.empty()) return effects.done(command);
  std::string text = some_done ? "the server changed only a part; not changed: " : "not changed: ";
  text += missing + (answer.trouble.empty() ? " (the server did not say why)" : ": " + answer.trouble);
  effects.refused(command, answer.fault, std::move(text));
}

}  // namespace dragoman::backends::irc
