#include "verbs/biboumi_import.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "delivery/content_json.hpp"
#include "gateway/accounts.hpp"
#include "gateway/part_book.hpp"
#include "gateway/returned.hpp"
#include "store/sealed.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::verbs {

namespace {

constexpr std::size_t rows_at_a_time = 4096;
constexpr std::int64_t usual_history_length = 20;

/// What biboumi has when nobody chose anything is no choice.
std::string unless(const std::string& value, std::string_view usual) { return value == usual ? std::string{} : value; }

/// Made by ours at every import, whatever stands in the line: so it is known again.
std::string mark_of(const std::string& uuid) {
  gateway::Reference reference;
  const std::string id = "biboumi-" + uuid;
  reference.id = id;
  return gateway::write_reference(reference);
}

chat::Content content_of(const std::string& body) {
  chat::Content content = chat::plain(text::to_valid_utf8(body));
  constexpr std::string_view action = "/me ";
  if (content.text.starts_with(action)) {
    content.kind = chat::Content::Kind::action;
    content.text.erase(0, action.size());
  }
  return content;
}

}  // namespace

void BiboumiImport::leave(const std::string& why, const std::string& what) {
  Report::Left& left = report_.left[why];
  if (left.times++ == 0) left.first = what;
}

bool BiboumiImport::has(const std::string& kind, const std::string& owner, const std::string& key) {
  auto found = to_.database.prepare("SELECT 1 FROM document WHERE kind = ?1 AND owner = ?2 AND key = ?3");
  if (!found) return false;
  found->bind(1, std::string_view{kind});
  found->bind(2, std::string_view{owner});
  found->bind(3, std::string_view{key});
  const auto there = found->next();
  return there && *there;
}

bool BiboumiImport::put(const std::string& kind, const std::string& owner, const std::string& key, std::string value,
                        bool sealed) {
  if (has(kind, owner, key)) return false;
  store::Change change;
  change.kind = sealed ? store::Change::Kind::put_sealed : store::Change::Kind::put;
  change.document = {kind, owner, key, std::move(value)};
  if (sealed) change.document.value = store::seal(to_.key, change.document, random_);
  documents_.add(std::move(change));
  return true;
}

bool BiboumiImport::put_setting(const std::string& owner, const std::string& name, const std::string& json) {
  return put("settings", domain_ + ' ' + owner, name, json, false);
}

BiboumiImport::Account* BiboumiImport::account_of(const std::string& owner) {
  const auto jid = xmpp::Jid::parse(owner);
  if (!jid || !jid->is_bare() || jid->local().empty()) {
    leave("the owner is no address of a person", owner);
    return nullptr;
  }
  auto [at, is_new] = accounts_.try_emplace(jid->str());
  if (is_new) {
    at->second.is_new = !has("account", domain_ + ' ' + jid->str(), {});
    at->second.account.owner = jid->str();
    at->second.account.registered = true;
    at->second.account.nickname = xmpp::unescape_local(jid->local());
  }
  return &at->second;
}

std::optional<std::string> BiboumiImport::part_of(const std::string& owner, const std::string& server) {
  const auto address = network_.parse(server);
  const auto* console = address ? std::get_if<chat::Network::Console>(&*address) : nullptr;
  if (console != nullptr) return network_.in_parts() ? console->server : std::string{};
  leave(address || !network_.in_parts() ? server + " is not the server of this gateway" : address.error().text, owner);
  return std::nullopt;
}

std::optional<chat::RoomId> BiboumiImport::room_of(const std::string& owner, const std::string& channel,
                                                   const std::string& server) {
  const std::string name = channel + '%' + server;
  const auto known = rooms_.find(name);
  if (known != rooms_.end()) return known->second;
  std::optional<chat::RoomId>& room = rooms_[name];
  if (!part_of(owner, server)) return room;
  const auto address = network_.parse(network_.in_parts() ? name : channel);
  if (address && std::holds_alternative<chat::RoomId>(*address)) {
    room = std::get<chat::RoomId>(*address);
  } else {
    leave(address ? "not the name of a channel" : address.error().text, name);
  }
  return room;
}

template <class Read>
void BiboumiImport::answer(chat::Account& account, const chat::Fields& answers, const std::string& what, Read read) {
  for (const auto& [name, values] : answers.all()) {
    if (values.empty() || values.front().empty()) continue;
    chat::Fields one;
    one.set(name, values);
    const Result<chat::Account> changed = read(one, account);
    if (changed) {
      account = *changed;
    } else {
      leave(changed.error().text, what);
    }
  }
}

void BiboumiImport::read_person(const BiboumiDatabase::Person& person) {
  if (account_of(person.owner) == nullptr) return;
  bool any = false;
  if (person.max_history_length != usual_history_length && person.max_history_length >= 0) {
    any = put_setting(person.owner, "history_on_join", std::to_string(person.max_history_length)) || any;
  }
  if (!person.record_history) any = put_setting(person.owner, "record_history", "false") || any;
  if (person.persistent) any = put_setting(person.owner, "persistent", "true") || any;
  report_.settings += any ? 1 : 0;
}

void BiboumiImport::read_server(const BiboumiDatabase::Server& server) {
  Account* person = account_of(server.owner);
  const auto part = person == nullptr ? std::nullopt : part_of(server.owner, server.server);
  if (!part) return;
  const std::string what = server.owner + ", " + server.server;
  const std::string tls_ports = unless(unless(server.tls_ports, "6697;6670"), "6697");
  chat::Fields answers;
  answers.set("after_connect_commands", server.commands);
  answers.set("encoding_in", text::ascii_lower(server.encoding_in));
  answers.set("encoding_out", text::ascii_lower(server.encoding_out));
  if (server.throttle_limit > 0) answers.set("throttle_limit", std::to_string(server.throttle_limit));
  bool any = false;
  if (const auto most = server.max_history_length; most && *most != usual_history_length && *most >= 0) {
    // Beside what they chose for all servers, which counts where there is but one.
    const std::string name = part->empty() ? "history_on_join" : "history_on_join " + *part;
    any = put_setting(person->account.owner, name, std::to_string(*most));
  }
  chat::Account settings = person->account;
  settings.part = *part;
  if (network_.in_parts()) {
    answers.set("nick", server.nick);
    answers.set("username", server.username);
    answers.set("realname", server.realname);
    answers.set("pass", server.pass);
    answers.set("sasl_password", server.sasl_password);
    answers.set("tls_ports", tls_ports);
    if (server.tls_ports.empty()) answers.set("ports", unless(server.ports, "6667"));
    if (!server.verify_cert) leave("certificates are verified here; a fingerprint may be set instead", what);
  } else if (person->is_new) {
    if (!server.nick.empty()) person->account.nickname = server.nick;
    chat::Fields account;
    account.set("username", server.username);
    account.set("realname", server.realname);
    account.set("pass", server.pass);
    account.set("password", server.sasl_password);
    answer(person->account, account, what, [&](chat::Fields one, const chat::Account& before) {
      one.set("nick", before.nickname);  // without it a username would be taken for it
      return network_.read_account(one, before);
    });
  }
  if (!server.fingerprint.empty()) leave("fingerprints of biboumi are SHA-1, which nobody trusts any more", what);
  if (!server.address.empty()) leave("another address for a server cannot be set here: the operator lists it", what);
  answer(settings, answers, what,
         [&](const chat::Fields& one, const chat::Account& before) { return network_.read_part(one, before); });
  const gateway::PartBook::Settings kept{settings.part_settings, settings.part_password};
  const bool says_something = !kept.fields.all().empty() || !kept.password.empty();
  if (says_something) {
    any = put("part", domain_ + ' ' + person->account.owner, *part, gateway::write_part(kept), true) || any;
  }
  report_.servers += any ? 1 : 0;
}

void BiboumiImport::read_channel(const BiboumiDatabase::Channel& channel) {
  if (account_of(channel.owner) == nullptr) return;
  const auto room = room_of(channel.owner, channel.channel, channel.server);
  if (!room) return;
  bool any = false;
  if (channel.persistent) any = put_setting(channel.owner, "persistent " + room->text, "true") || any;
  if (channel.record_history) {
    any = put_setting(channel.owner, "record_history " + room->text, *channel.record_history ? "true" : "false") || any;
  }
  if (!channel.encoding_in.empty() || !channel.encoding_out.empty()) {
    leave("encodings of single channels are set in the room, by the command configure",
          channel.owner + ", " + channel.channel + '%' + channel.server);
  }
  report_.channels += any ? 1 : 0;
}

void BiboumiImport::read_contact(const BiboumiDatabase::Contact& contact) {
  const auto ours = xmpp::Jid::parse(contact.local);
  if (!ours || ours->domain() != domain_) {
    return leave("subscribed to an address of another domain than " + domain_, contact.remote + ", " + contact.local);
  }
  std::string localpart;
  if (!ours->local().empty()) {
    const auto address = network_.parse(xmpp::unescape_local(ours->local()));
    if (!address) return leave(address.error().text, contact.remote + ", " + contact.local);
    const auto* room = std::get_if<chat::RoomId>(&*address);
    const auto* person = std::get_if<chat::PersonId>(&*address);
    if (room == nullptr && person == nullptr) {
      return leave("servers have no presence here", contact.remote + ", " + contact.local);
    }
    localpart = xmpp::escape_local(room != nullptr ? network_.format(*room) : network_.format(*person));
  }
  if (account_of(contact.remote) == nullptr) return;
  const std::string both = R"({"asked":false,"asks":false,"seen":true,"sees":true})";
  if (put("contact", domain_ + ' ' + contact.remote, localpart, both, false)) ++report_.contacts;
}

Result<void> BiboumiImport::read_documents() {
  const auto people = from_.people();
  if (!people) return people.error();
  for (const BiboumiDatabase::Person& each : *people) read_person(each);
  const auto servers = from_.servers();
  if (!servers) return servers.error();
  for (const BiboumiDatabase::Server& each : *servers) read_server(each);
  const auto channels = from_.channels();
  if (!channels) return channels.error();
  for (const BiboumiDatabase::Channel& each : *channels) read_channel(each);
  const auto contacts = from_.roster();
  if (!contacts) return contacts.error();
  for (const BiboumiDatabase::Contact& each : *contacts) read_contact(each);
  for (const auto& [owner, each] : accounts_) {
    if (!each.is_new) continue;
    if (put("account", domain_ + ' ' + owner, {}, gateway::write_account(each.account), true)) ++report_.accounts;
  }
  return {};
}

std::optional<store::Message> BiboumiImport::to_row(const BiboumiDatabase::Line& line) {
  const auto owner = xmpp::Jid::parse(line.owner);
  if (!owner || owner->local().empty()) {
    leave("the owner is no address of a person", line.owner);
    return std::nullopt;
  }
  const auto room = room_of(line.owner, line.channel, line.server);
  if (!room) return std::nullopt;
  store::Message row;
  row.network = domain_;
  row.owner = owner->bare().str();
  row.direction = store::Direction::to_person;
  row.state = store::State::delivered;
  row.room = room->text;
  row.author = text::without_controls(text::to_valid_utf8(line.nick), false);
  row.stanza_id = mark_of(line.uuid);
  row.accepted = row.sent = line.date;
  row.content = delivery::write_command(chat::SendMessage{{*room, {}}, content_of(line.body)});
  return row;
}

Result<void> BiboumiImport::read_lines(const std::function<Result<void>(const store::Batch&)>& write) {
  auto earlier =
      to_.database.prepare("SELECT stanza_id FROM message WHERE network = ?1 AND stanza_id LIKE 'biboumi-%'");
  if (!earlier) return earlier.error();
  earlier->bind(1, std::string_view{domain_});
  while (true) {
    const auto more = earlier->next();
    if (!more) return more.error();
    if (!*more) break;
    imported_.emplace(earlier->text(0));
  }
  // In front of all that is there, as Store::add_in_front does: what was said here meanwhile is newer.
  const auto front = to_.database.number("SELECT min(id) FROM message");
  if (!front) return front.error();
  store::RowId first = std::min<store::RowId>(*front, 0);
  store::Batch batch;
  const auto read = from_.lines([&](const BiboumiDatabase::Line& line) -> Result<void> {
    auto row = to_row(line);
    if (!row) return {};
    if (imported_.contains(row->stanza_id)) {
      ++report_.known;
      return {};
    }
    row->id = --first;
    ++report_.messages;
    batch.add(*row, row->id);
    if (batch.rows.size() < rows_at_a_time) return {};
    const auto written = write(batch);
    batch.clear();
    return written;
  });
  if (!read) return read.error();
  return batch.empty() ? Result<void>{} : write(batch);
}

Result<BiboumiImport::Report> BiboumiImport::run(bool writes) {
  if (const auto read = read_documents(); !read) return read.error();
  if (!writes) {
    const auto looked = read_lines([](const store::Batch&) { return Result<void>{}; });
    if (!looked) return looked.error();
    return report_;
  }
  auto transaction = store::Transaction::prepare(to_.database, to_.totals);
  if (!transaction) return transaction.error();
  const auto done = transaction->write_together([this](const auto& write) -> Result<void> {
    if (const auto written = write(documents_); !written) return written;
    return read_lines(write);
  });
  if (!done) return done.error();
  return report_;
}

}  // namespace dragoman::verbs
