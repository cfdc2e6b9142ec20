// The vocabulary is headers only; this file gives the folder its library and checks that the headers stand alone.
#include "chat/members.hpp"
#include "chat/network.hpp"
