// What the store is told of connections.

import Sessions
import Store
import Testing
import Traffic

@testable import Pipeline

@Test(arguments: Connection.End.allCases)
func `only a connection that was given up is a finding`(end: Connection.End) {
    let peer = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 1_883)
    var connection = Connection(number: 3, client: peer, server: peer, openedAt: Timestamp(seconds: 1))
    connection.clientID = "meter-1"
    connection.end = end
    connection.closedAt = Timestamp(seconds: 5)
    var batch = StoreBatch()
    batch.add(connection, 7)
    #expect(batch.connections.map(\.end) == [end.rawValue])
    guard end == .abandoned else {
        #expect(batch.recordingFindings.isEmpty)
        return
    }
    #expect(batch.recordingFindings.map(\.recordingID) == [7])
    let finding = batch.recordingFindings.first?.anomaly
    #expect(finding?.code == .connectionGivenUp && finding?.at == Timestamp(seconds: 5))
    #expect(finding?.text.contains("meter-1") == true)
}

@Test func `a connection with gaps is one finding, told when it is over`() {
    let peer = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 1_883)
    var connection = Connection(number: 1, client: peer, server: peer, openedAt: Timestamp(seconds: 1))
    connection.unreadParts = 2
    var batch = StoreBatch()
    batch.add(connection, 7)
    #expect(batch.recordingFindings.isEmpty)
    connection.end = .closed
    batch.add(connection, 7)
    #expect(batch.recordingFindings.map(\.anomaly.code) == [.connectionGap])
}
