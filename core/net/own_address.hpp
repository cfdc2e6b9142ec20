#pragma once

#include "net/address.hpp"

namespace dragoman::net {

/// Whether the address is one of this machine, as the kernel sees it now: it would go there by itself. Nothing is sent.
bool is_own(const Address& address);

}  // namespace dragoman::net
