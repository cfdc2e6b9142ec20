#include <cstdio>
#include <utility>

#include "backends/webhook/dead_letters.hpp"
#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/read_postings.hpp"
#include "backends/webhook/request.hpp"
#include "base/text.hpp"

// Dialogs that look at a webhook, or have it say something.

namespace dragoman::backends::webhook {

namespace {

chat::Field text_column(const char* name, const char* label) {
  return {chat::Field::Kind::text, name, label, {}, {}, {}};
}

class ListDialog final : public HookDialog {
 public:
  ListDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    chat::Form form;
    form.title = "Webhooks";
    form.columns = {text_column("name", "Name"), text_column("title", "Title"), text_column("owner", "Owner"),
                    text_column("state", "State"), text_column("rooms", "Rooms elsewhere")};
    for (const Hook* each : hub.readable_by(account.owner)) {
      std::string state = each->is_public ? "public" : "private";
      if (each->paused) state += ", paused";
      if (each->muted_until && *each->muted_until > hub.now()) state += ", muted";
      const bool knows_owner = may_change(*each, account.owner);
      form.rows.push_back({each->name, each->title, knows_owner ? each->owner : std::string{}, std::move(state),
                           knows_owner ? hub.rooms().describe(*each) : std::string{}});
    }
    const std::size_t count = form.rows.size();
    if (count == 0) {
      finish("There are no webhooks that you may read.");
      return;
    }
    finish(std::to_string(count) + (count == 1 ? " webhook" : " webhooks"), std::move(form));
  }
  void submit(const chat::Fields&) override {}
};

/// Asks for a hook, and then is done with it.
class AboutDialog : public HookDialog {
 public:
  AboutDialog(Hub& hub, const chat::Account& account, Show show, const char* title)
      : HookDialog(hub, account, std::move(show)) {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = title;
    form.fields.push_back(std::move(*field));
    say(std::move(form));
  }
  void submit(const chat::Fields& answers) override {
    if (const Hook* hook = chosen(answers)) about(*hook, *hub_.feed(hook->name));
  }

 private:
  virtual void about(const Hook& hook, Feed& feed) = 0;
};

class TestDialog final : public AboutDialog {
 public:
  TestDialog(Hub& hub, const chat::Account& account, Show show)
      : AboutDialog(hub, account, std::move(show), "Have a webhook say an example") {}

 private:
  void about(const Hook& hook, Feed& feed) override {
    const Format format = format_named(hook.format).value_or(Format::text);
    auto postings = read_postings(sample_request(format), format, Options{});
    if (!postings) return fail(postings.error().text);
    const auto said = feed.say(std::move(*postings));
    finish(hook.name + " has said " + std::to_string(said.size()) + (said.size() == 1 ? " message" : " messages") +
           " of the kind " + std::string{name_of(format)} + '.');
  }
};

class LogDialog final : public AboutDialog {
 public:
  LogDialog(Hub& hub, const chat::Account& account, Show show)
      : AboutDialog(hub, account, std::move(show), "The last requests to a webhook") {}

 private:
  void about(const Hook& hook, Feed& feed) override {
    chat::Form form;
    form.title = "The last requests to " + hook.name;
    form.columns = {text_column("time", "Time (UTC)"), text_column("caller", "From"), text_column("status", "Status"),
                    text_column("bytes", "Bytes"),     text_column("took", "ms"),     text_column("format", "Format"),
                    text_column("note", "Note"),       text_column("id", "Id")};
    const auto& entries = feed.log().entries();
    for (auto each = entries.rbegin(); each != entries.rend(); ++each) {
      char took[32];
      std::snprintf(took, sizeof took, "%.1f", std::chrono::duration<double, std::milli>(each->took).count());
      form.rows.push_back({time_text(each->time), each->caller, std::to_string(each->status),
                           std::to_string(each->bytes), took, each->format, each->note, each->id});
    }
    if (form.rows.empty()) return finish("Nothing has come to " + hook.name + " yet.");
    finish("The last requests to " + hook.name + ", the newest first", std::move(form));
  }
};

class ExportDialog final : public AboutDialog {
 public:
  ExportDialog(Hub& hub, const chat::Account& account, Show show)
      : AboutDialog(hub, account, std::move(show), "Export the settings of a webhook") {}

 private:
  void about(const Hook& hook, Feed&) override;
};

std::string quoted(const std::string& text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '\n') {
      all += "\\n";
    } else if (c == '\t') {
      all += "\\t";
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
      if (c == '"' || c == '\\') all += '\\';
      all += c;
    }
  }
  return all + '"';
}

std::string quoted(const std::vector<std::string>& texts) {
  std::string all = "[";
  for (const std::string& each : texts) all += (all.size() > 1 ? ", " : "") + quoted(each);
  return all + ']';
}

void ExportDialog::about(const Hook& hook, Feed&) {
  constexpr const char* over[] = {"digest", "reject", "drop"};
  constexpr const char* resolved[] = {"reply", "edit", "new"};
  std::string toml = "# Tokens and secrets are not in it.\n[[hook]]\n";
  const auto put = [&](const char* key, const std::string& value) { toml += std::string{key} + " = " + value + '\n'; };
  put("name", quoted(hook.name));
  put("owner", quoted(hook.owner));
  put("title", quoted(hook.title));
  put("picture", quoted(hook.picture));
  put("public", hook.is_public ? "true" : "false");
  put("co_owners", quoted(hook.co_owners));
  put("readers", quoted(hook.readers));
  put("format", quoted(hook.format));
  put("template", quoted(hook.text_template));
  put("filter", quoted(hook.filter));
  put("events", quoted(hook.events));
  put("over", quoted(std::string{over[static_cast<std::size_t>(hook.over)]}));
  put("resolved", quoted(std::string{resolved[static_cast<std::size_t>(hook.resolved)]}));
  put("signature", quoted(hook.proof.signature));
  put("addresses", quoted(hook.proof.addresses));
  put("tells_owner", hook.tells_owner ? "true" : "false");
  put("paused", hook.paused ? "true" : "false");
  put("direction", quoted(std::string{hook.sends_only ? "out" : hook.outgoing ? "both" : "in"}));
  std::vector<std::string> rooms;
  for (const BoundRoom& each : hook.rooms) rooms.push_back(each.address);
  put("rooms", quoted(rooms));
  if (hook.muted_until) put("muted_until", quoted(time_text(*hook.muted_until) + " UTC"));
  if (hook.outgoing) {
    const Outgoing& out = *hook.outgoing;
    const QueueLimits queue = hub_.queue_limits(out);
    toml += "[hook.outgoing]\n";
    put("format", quoted(out.format));
    put("events", quoted(out.events));
    put("prefix", quoted(out.prefix));
    put("pattern", quoted(out.pattern));
    put("mention_only", out.mention_only ? "true" : "false");
    put("ignore_bridged", out.ignore_bridged ? "true" : "false");
    put("template", quoted(out.text_template));
    put("fingerprint", quoted(out.fingerprint));
    put("replies", out.replies ? "true" : "false");
    put("max_age", quoted(short_duration(queue.longest_wait)));
    put("max_block", quoted(short_duration(queue.longest_block)));
    put("concurrency", std::to_string(queue.concurrency));
  }
  finish(toml);
}

class ReplayDialog final : public HookDialog {
 public:
  ReplayDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = "Say again what a request said, or send what was given up";
    form.fields.push_back(std::move(*field));
    form.fields.push_back(
        {chat::Field::Kind::text, "id", "Id", "As the log or the list of dead letters shows it", {}, {}, true});
    say(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const Hook* hook = chosen(answers);
    if (hook == nullptr) return;
    Feed& feed = *hub_.feed(hook->name);
    const std::string id{text::trim(answers.get("id"))};
    const Courier* courier = feed.answering().courier();
    if (courier != nullptr && courier->queue().is_dead(id)) {
      if (const auto sent = send_again(hub_, hook->name, id); !sent) return refuse("id", sent.error().text);
      return finish("It is sent again.");
    }
    const LogEntry* entry = feed.log().find(id);
    if (entry == nullptr) return refuse("id", "The log has no request of this id (any more).");
    std::vector<Posting> postings = entry->unsaid;
    for (const Said& each : entry->said) postings.push_back(each.posting);
    if (postings.empty()) return refuse("id", "That request had nothing to say.");
    for (Posting& each : postings) {
      each.after = Posting::After::fresh;
      each.key.clear();
    }
    const auto said = feed.say(std::move(postings));
    finish("Said again: " + std::to_string(said.size()) + (said.size() == 1 ? " message." : " messages."));
  }
};

}  // namespace

std::unique_ptr<chat::Dialog> make_list_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<ListDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_test_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<TestDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_log_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<LogDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_replay_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<ReplayDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_export_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<ExportDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::webhook
