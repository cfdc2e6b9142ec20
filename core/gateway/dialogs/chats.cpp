#include "gateway/dialogs/chats.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "gateway/dialogs/chat_text.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway::dialogs {

namespace {

constexpr auto talk_lifetime = std::chrono::minutes{10};
constexpr std::string_view encryption_ns = "urn:xmpp:eme:0";             // XEP-0380
constexpr std::string_view omemo_ns = "eu.siacs.conversations.axolotl";  // XEP-0384 0.3
constexpr std::string_view omemo_2_ns = "urn:xmpp:omemo:2";

bool has_sign(std::string_view line) { return line.size() > 1 && (line.front() == '/' || line.front() == '!'); }

/// The first word, in lower case and without the sign that people are used to, and what stands behind it.
std::pair<std::string, std::string_view> split_command(std::string_view line) {
  line = text::trim(line);
  const std::size_t end = std::min(line.find_first_of(" \t\n"), line.size());
  std::string_view name = line.substr(0, end);
  if (has_sign(name)) name.remove_prefix(1);
  return {text::ascii_lower(name), text::trim(line.substr(end))};
}

bool is_encrypted(const xmpp::Element& message) {
  return message.child("encryption", encryption_ns) != nullptr || message.child("encrypted", omemo_ns) != nullptr ||
         message.child("encrypted", omemo_2_ns) != nullptr;
}

bool is_help(std::string_view name) { return name.empty() || name == "help" || name == "?" || name == "commands"; }

const Offer* find(const std::vector<Offer>& offers, std::string_view name) {
  const auto found = std::find_if(offers.begin(), offers.end(), [&](const Offer& each) { return each.name == name; });
  return found == offers.end() ? nullptr : &*found;
}

/// Those that can be asked for by a word in a chat with the person there.
std::vector<Offer> offers_in_chat(const Offers& offers, const xmpp::Jid& asker, const Place& place) {
  std::vector<Offer> all = offers.offers(asker, place);
  if (!place.is_service()) std::erase_if(all, [](const Offer& each) { return !each.in_chat; });
  return all;
}

}  // namespace

Chats::Chats(xmpp::Link& link, Timers& timers, Gate& gate, Offers& offers, std::function<std::string()> about)
    : link_(link),
      timers_(timers),
      offers_(offers),
      about_(std::move(about)),
      sweep_(gate, [this] { over_.clear(); }),
      expiry_(timers) {}

std::string Chats::key_of(const xmpp::Jid& from, const Place& place) {
  std::string key{from.bare_view()};
  if (!place.is_service()) key += ' ' + place.address;
  return key;
}

void Chats::receive(const xmpp::Element& message, const xmpp::Jid& from) {
  receive(message, from, {{}, {}, link_.jid().str()});
}

bool Chats::is_command(const Place& place, const xmpp::Jid& from, std::string_view line) const {
  line = text::trim(line);
  if (!has_sign(line)) return false;
  const std::vector<Offer> offers = offers_in_chat(offers_, from, place);
  const std::string name = split_command(line).first;
  return !offers.empty() && (is_help(name) || find(offers, name) != nullptr);
}

bool Chats::receive_at(const Place& place, const xmpp::Element& message, const xmpp::Jid& from) {
  const std::string_view type = message.get("type");
  if (message.child("body", message.ns) == nullptr || type == "groupchat" || type == "headline") return false;
  if (is_encrypted(message)) return false;
  const auto known = talkers_.find(key_of(from, place));
  const bool asked = known != talkers_.end() && known->second.talk && !known->second.talk->looks_at_page;
  if (!asked && !is_command(place, from, message.child_text("body", message.ns))) return false;
  receive(message, from, place);
  return true;
}

void Chats::receive(const xmpp::Element& message, const xmpp::Jid& from, const Place& place) {
  const std::string_view type = message.get("type");
  // Chat states, markers, receipts and headlines are not answered (clients.md 3), and nobody talks in a group here.
  if (message.child("body", message.ns) == nullptr || type == "groupchat" || type == "headline") return;
  Talker& talker = talkers_.try_emplace(key_of(from, place), from, place).first->second;
  const Instant now = timers_.clock().now();
  // Two programs that answer each other must come to an end; an error is never answered.
  if (!talker.bucket.take(now)) {
    link_.send(xmpp::make_error_reply(
        message, xmpp::to_stanza_error(Fault::limited, "You write faster than this can be answered; wait a moment.")));
    return;
  }
  talker.client = from;
  talker.thread = message.child_text("thread", message.ns);
  talker.until = now + talk_lifetime;
  if (talkers_.size() == 1) expiry_.set(talker.until, [this] { expire(); });
  if (is_encrypted(message)) {
    return say(talker, "I cannot read what is encrypted: switch encryption (OMEMO) off in this chat.");
  }
  hear(talker, message.child_text("body", message.ns));
}

void Chats::hear(Talker& talker, std::string_view line) {
  const bool cancel = split_command(line).first == "cancel";
  if (talker.talk && cancel) {
    const std::string title = talker.talk->offer.title;
    talker.talk->dialog->cancel();
    end(talker);
    return say(talker, "Cancelled: " + title + '.');
  }
  if (cancel) return say(talker, "There is nothing to cancel.");
  if (talker.talk && hear_answer(talker, line)) return;
  hear_command(talker, line);
}

bool Chats::hear_answer(Talker& talker, std::string_view line) {
  Talk& talk = *talker.talk;
  const std::string word = text::ascii_lower(text::trim(line));
  if (talk.asked && !talk.asked->done()) {
    if (word == "help" && !talk.asked->is_secret()) {
      say(talker, help_text(talk.offer, talker.place.address) + '\n' + talk.asked->ask(true));
      return true;
    }
    const std::string trouble = talk.asked->hear(line);
    ask_or_submit(talker, trouble, false);
    return true;
  }
  if (!talk.looks_at_page) {
    say(talker, "Still busy with: " + talk.offer.title + ". \"cancel\" gives it up.");
    return true;
  }
  const bool forward = (word == "more" || word == "next") && talk.page_has_more;
  const bool backward = (word == "back" || word == "prev" || word == "previous") && talk.page_has_back;
  if (!forward && !backward) {
    end(talker);
    return false;
  }
  talk.looks_at_page = false;
  forward ? talk.dialog->submit({}) : talk.dialog->back();
  return true;
}

void Chats::hear_command(Talker& talker, std::string_view line) {
  const auto [name, words] = split_command(line);
  if (is_help(name)) return help(talker, split_command(words).first);
  const std::vector<Offer> offers = offers_in_chat(offers_, talker.client, talker.place);
  const Offer* offer = find(offers, name);
  if (offer == nullptr) {
    // It is not repeated: a password that comes too late for its question would be.
    return say(talker, "I do not know this command. Write \"help\" for what I can do.");
  }
  if (!offer->refusal.empty()) return say(talker, offer->refusal);
  begin(talker, *offer, words);
}

void Chats::begin(Talker& talker, const Offer& offer, std::string_view words) {
  talker.talk.emplace();
  talker.talk->offer = offer;
  talker.talk->words = words;
  auto dialog =
      offers_.open(offer, talker.client, talker.place,
                   [this, key = key_of(talker.client, talker.place)](const chat::Step& step) { on_step(key, step); });
  if (dialog == nullptr) {
    talker.talk.reset();
    return say(talker, "This is not possible here.");
  }
  talker.talk->dialog = std::move(dialog);
}

void Chats::help(Talker& talker, std::string_view name) {
  const std::vector<Offer> offers = offers_in_chat(offers_, talker.client, talker.place);
  if (const Offer* offer = find(offers, name)) return say(talker, help_text(*offer, talker.place.address));
  if (talker.place.is_service()) return say(talker, help_text(offers, about_()));
  say(talker,
      help_text(offers, "Commands have a ! in front here; everything else is said to " + talker.place.address + '.'));
}

void Chats::on_step(const std::string& key, const chat::Step& step) {
  const auto found = talkers_.find(key);
  if (found == talkers_.end() || !found->second.talk) return;
  Talker& talker = found->second;
  Talk& talk = *talker.talk;
  if (const auto* form = std::get_if<chat::Form>(&step)) return show_form(talker, *form);
  if (const auto* wait = std::get_if<chat::Wait>(&step)) return say(talker, wait_text(*wait));
  if (const auto* refused = std::get_if<chat::Refused>(&step)) {
    if (talk.asked && talk.asked->reopen(refused->field)) return ask_or_submit(talker, refused->text, false);
    end(talker);
    return say(talker, refused->text);
  }
  const std::string text = result_text(std::get<chat::Finished>(step));
  end(talker);
  say(talker, text.empty() ? "Done." : text);
}

void Chats::show_form(Talker& talker, const chat::Form& form) {
  Talk& talk = *talker.talk;
  if (form.columns.empty()) {
    talk.asked.emplace(form, std::exchange(talk.words, {}));
    return ask_or_submit(talker, {}, true);
  }
  talk.asked.reset();
  talk.looks_at_page = true;
  talk.page_has_more = form.more;
  talk.page_has_back = form.back;
  std::string text = form.instructions;
  if (const std::string table = table_text(form); !table.empty()) text += (text.empty() ? "" : "\n") + table;
  if (form.more) text += "\n\"more\" shows the next ones.";
  if (!form.more && !form.back) end(talker);
  say(talker, text);
}

void Chats::ask_or_submit(Talker& talker, const std::string& before, bool first) {
  Talk& talk = *talker.talk;
  if (!talk.asked->done()) return say(talker, (before.empty() ? "" : before + '\n') + talk.asked->ask(first));
  // Kept: what is refused is asked for again.
  talk.dialog->submit(talk.asked->answers());
}

void Chats::end(Talker& talker) {
  if (!talker.talk) return;
  over_.push_back(std::move(talker.talk->dialog));
  talker.talk.reset();
  sweep_.arm();
}

void Chats::say(const Talker& talker, const std::string& text) {
  link_.write([&](xmpp::Writer& writer) {
    writer.begin("message", talker.place.address, talker.client.str());
    writer.attribute("type", "chat");
    writer.leaf("body", text);
    if (!talker.thread.empty()) writer.leaf("thread", talker.thread);
    xmpp::write_hint(writer, xmpp::Hint::no_store);
  });
}

void Chats::expire() {
  const Instant now = timers_.clock().now();
  Instant next = Instant::max();
  for (auto each = talkers_.begin(); each != talkers_.end();) {
    Talker& talker = each->second;
    if (talker.until > now) {
      next = std::min(next, talker.until);
      ++each;
      continue;
    }
    if (talker.talk && !talker.talk->looks_at_page) {
      say(talker, "Given up, because there was no answer for 10 minutes: " + talker.talk->offer.title + '.');
    }
    end(talker);
    each = talkers_.erase(each);
  }
  if (next != Instant::max()) expiry_.set(next, [this] { expire(); });
}

}  // namespace dragoman::gateway::dialogs
