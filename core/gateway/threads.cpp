#include "gateway/threads.hpp"

#include <utility>

#include "gateway/json_text.hpp"

namespace dragoman::gateway {

namespace {

constexpr const char* thread_kind = "thread";
constexpr std::size_t most_threads = 200, longest = 1024;

std::string key_of(const chat::Conversation& conversation) {
  return conversation.room.text + '\n' + conversation.person.text;
}

}  // namespace

void Threads::load(store::Reader& reader) {
  reader.documents(thread_kind, [this](const store::Document& document) {
    const std::size_t line = document.key.find('\n');
    if (!document.owner.starts_with(network_ + ' ') || line == std::string::npos) return;
    const chat::Conversation conversation{chat::RoomId{document.key.substr(0, line)},
                                          chat::PersonId{document.key.substr(line + 1)}};
    const nlohmann::json object = nlohmann::json::parse(document.value, nullptr, false);
    Thread thread{string_at(object, "id"), string_at(object, "parent")};
    if (!thread.id.empty()) owners_[document.owner.substr(network_.size() + 1)][conversation] = std::move(thread);
  });
}

void Threads::note(const std::string& owner, const chat::Conversation& conversation, Thread thread) {
  const Thread* known = find(owner, conversation);
  if (thread.id.empty() || thread.id.size() + thread.parent.size() > longest) {
    if (known != nullptr) erase(owner, conversation);
    return;
  }
  if (known != nullptr && *known == thread) return;
  Conversations& conversations = owners_[owner];
  if (known == nullptr && conversations.size() >= most_threads) {
    erase(owner, chat::Conversation{conversations.begin()->first});
  }
  nlohmann::json object;
  object["id"] = thread.id;
  if (!thread.parent.empty()) object["parent"] = thread.parent;
  store_.put({thread_kind, network_ + ' ' + owner, key_of(conversation), dump(object)});
  owners_[owner][conversation] = std::move(thread);
}

const Threads::Thread* Threads::find(const std::string& owner, const chat::Conversation& conversation) const {
  if (owners_.empty()) return nullptr;  // most people use none
  const auto conversations = owners_.find(owner);
  if (conversations == owners_.end()) return nullptr;
  const auto found = conversations->second.find(conversation);
  return found == conversations->second.end() ? nullptr : &found->second;
}

void Threads::forget(const std::string& owner) {
  const auto conversations = owners_.find(owner);
  if (conversations == owners_.end()) return;
  for (const auto& [conversation, thread] : conversations->second) {
    store_.erase(thread_kind, network_ + ' ' + owner, key_of(conversation));
  }
  owners_.erase(conversations);
}

void Threads::erase(const std::string& owner, const chat::Conversation& conversation) {
  store_.erase(thread_kind, network_ + ' ' + owner, key_of(conversation));
  const auto conversations = owners_.find(owner);
  conversations->second.erase(conversation);
  if (conversations->second.empty()) owners_.erase(conversations);
}

}  // namespace dragoman::gateway
