#include "store/rows.hpp"

#include <algorithm>
#include <array>

namespace dragoman::store {

namespace {

constexpr std::size_t kept_rows = 1024, kept_bytes = 512 * 1024;

}  // namespace

void Rows::add(const Message& message, RowId id) {
  Head head{};
  head.id = id;
  head.same_as = message.same_as;
  head.accepted = message.accepted;
  head.sent = message.sent;
  head.ends = message.expires.has_value();
  if (message.expires) head.expires = *message.expires;
  head.direction = message.direction;
  head.state = message.state;
  const std::array<const std::string*, texts> all{&message.network_id, &message.network, &message.owner,
                                                  &message.room,       &message.person,  &message.author,
                                                  &message.stanza_id,  &message.content};
  for (std::size_t i = 0; i < texts; ++i) {
    head.size[i] = static_cast<std::uint32_t>(all[i]->size());
    texts_ += *all[i];
  }
  heads_.push_back(head);
}

Rows::Row Rows::read(const Head& head, std::string_view& rest) {
  Row row{head.id,
          head.same_as,
          head.direction,
          head.state,
          head.accepted,
          head.sent,
          std::nullopt,
          {},
          {},
          {},
          {},
          {},
          {},
          {},
          {}};
  if (head.ends) row.expires = head.expires;
  const std::array<std::string_view*, texts> all{&row.network_id, &row.network, &row.owner,     &row.room,
                                                 &row.person,     &row.author,  &row.stanza_id, &row.content};
  for (std::size_t i = 0; i < texts; ++i) {
    *all[i] = rest.substr(0, head.size[i]);
    rest.remove_prefix(head.size[i]);
  }
  return row;
}

void Rows::append(Rows& later) {
  if (empty()) {
    heads_.swap(later.heads_);
    texts_.swap(later.texts_);
    return;
  }
  heads_.insert(heads_.end(), later.heads_.begin(), later.heads_.end());
  texts_ += later.texts_;
  later.heads_.clear();
  later.texts_.clear();
}

void Rows::clear() {
  if (heads_.capacity() > kept_rows) std::vector<Head>{}.swap(heads_);
  if (texts_.capacity() > kept_bytes) std::string{}.swap(texts_);
  heads_.clear();
  texts_.clear();
}

RowId Rows::newest() const {
  RowId newest = 0;
  for (const Head& head : heads_) newest = std::max(newest, head.id);
  return newest;
}

}  // namespace dragoman::store
