#pragma once

#include <functional>
#include <string>

#include "chat/network.hpp"
#include "store/store.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// The registered accounts of one network as documents, encrypted at rest. Owner of all documents of a person is
/// "<gateway jid> <bare jid>".

/// The value of the document of an account.
std::string write_account(const chat::Account& account);
void store_account(store::Store& store, const std::string& gateway, const chat::Account& account);
void erase_account(store::Store& store, const std::string& gateway, const std::string& owner);
/// Calls `each` for every account of this gateway.
void load_accounts(store::Reader& reader, const std::string& gateway,
                   const std::function<void(const xmpp::Jid&, chat::Account)>& each);

}  // namespace dragoman::gateway
