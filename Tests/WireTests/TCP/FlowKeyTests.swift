// One name for both directions.

import Testing
import Traffic

@testable import Wire

@Test func `names both directions of a connection alike`() {
    let (there, sender) = FlowKey.key(source: Frames.client, destination: Frames.server, vlan: 3)
    let (back, answerer) = FlowKey.key(source: Frames.server, destination: Frames.client, vlan: 3)
    #expect(there == back)
    #expect(sender == answerer.other)
    #expect(there.endpoint(sender) == Frames.client)
    #expect(there.endpoint(answerer) == Frames.server)
}

@Test func `tells equal ports on two addresses apart`() {
    let one = Endpoint(address: IPAddress(ipv4: 1), port: 9)
    let two = Endpoint(address: IPAddress(ipv4: 2), port: 9)
    let (there, sender) = FlowKey.key(source: two, destination: one, vlan: 0)
    #expect(there == FlowKey.key(source: one, destination: two, vlan: 0).0)
    #expect(there.endpoint(sender) == two)
}

@Test func `tells the same addresses in two VLANs apart`() {
    let (one, _) = FlowKey.key(source: Frames.client, destination: Frames.server, vlan: 1)
    let (two, _) = FlowKey.key(source: Frames.client, destination: Frames.server, vlan: 2)
    #expect(one != two)
    #expect(one.inAnyVLAN == two.inAnyVLAN)
}

@Test func `changes one value of a pair in place`() {
    var pair = Pair([1])
    pair[.high].append(2)
    #expect(pair[.low] == [1])
    #expect(pair[.high] == [1, 2])
}
