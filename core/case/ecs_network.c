#include "core/case/ecs_network.h"

void ecs_add_network(struct json_writer *json, const struct connection_seen *seen,
                     struct text domain)
{
    json_open_object(json, "network");
    json_string(json, "transport", seen->transport == TRANSPORT_UDP ? "udp" : "tcp");
    json_string(json, "type", address_is_ipv4(&seen->local.address) ? "ipv4" : "ipv6");
    json_close_object(json);
    json_open_object(json, "source");
    json_address(json, "ip", &seen->local);
    json_unsigned(json, "port", seen->local.port);
    json_close_object(json);
    if (!seen->has_remote)
        return;
    json_open_object(json, "destination");
    json_address(json, "ip", &seen->remote);
    json_unsigned(json, "port", seen->remote.port);
    if (domain.size)
        json_text(json, "domain", domain);
    json_close_object(json);
}
