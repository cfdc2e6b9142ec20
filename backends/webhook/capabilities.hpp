#pragma once

#include "chat/capabilities.hpp"

namespace dragoman::backends::webhook {

/// What can be said to hooks and by them.
chat::Capabilities capabilities();

}  // namespace dragoman::backends::webhook
