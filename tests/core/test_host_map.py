"""What is said of hosts is found by host, with or without a port."""

from __future__ import annotations

import pytest

from tracker.urls import HostMap


def test_a_host_without_a_port_stands_for_all_ports_without_a_key_of_their_own() -> None:
    said = HostMap({"www.example.com": 1, "www.example.com:8443": 2, "[::1]": 3, "other.example:8080": 4})
    assert [said[host] for host in ("www.example.com", "www.example.com:8080", "www.example.com:8443")] == [1, 1, 2]
    assert said["[::1]:8080"] == 3
    assert said.get("other.example") is None
    assert "example.com:8080" not in said
    assert dict(said)["other.example:8080"] == len(said)
    with pytest.raises(KeyError):
        said["nowhere.example:80"]
