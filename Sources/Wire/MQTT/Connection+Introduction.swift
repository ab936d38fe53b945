// What a CONNECT tells of its connection. MQTT 3.1.1 §3.1, MQTT 5 §3.1.

import Traffic

extension Connection {
    /// Notes what the CONNECT said.
    mutating func introduce(_ introduction: MQTTIntroduction, _ frame: RawSpan) {
        isIntroduced = true
        version = introduction.version
        clientID = frame.text(in: introduction.clientID)
        keepAlive = introduction.keepAlive
        sessionExpiry = MQTTTerms(frame, in: introduction.properties).sessionExpiry
        isClean = introduction.isClean
        hasUserName = introduction.hasUserName
        will = introduction.will(in: frame)
    }
}
