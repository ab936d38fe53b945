// The definitions that come with the program, held against their own samples.

import Testing
import Traffic

@testable import Dialects

private let packs = ((try? DialectSet.builtIn().all) ?? []).map(Pack.init)

/// A dialect under its name.
struct Pack: CustomTestStringConvertible {
    let dialect: Dialect

    var testDescription: String { dialect.name }
}

struct PackTests {
    @Test func `are ten`() {
        #expect(
            packs.map(\.dialect.name) == [
                "iot-cloud-ota", "iot-cloud-ota-2", "jetlinks", "alibaba", "tencent", "thingsboard",
                "aws-iot-jobs",
                "huawei-iotda", "zigbee2mqtt", "tasmota",
            ]
        )
    }

    @Test(arguments: packs)
    func `reads every sample as it says, and writes it so that it reads back`(pack: Pack) {
        #expect(SampleCheck.failures(of: pack.dialect).map(\.description) == [])
    }

    @Test(arguments: packs)
    func `shows a sample of every event of every message`(pack: Pack) {
        for message in pack.dialect.messages {
            let shown = Set(message.samples.flatMap(\.gives).compactMap(\.event))
            #expect(Set(message.events.map(\.rawValue)).subtracting(shown).isEmpty, "\(message.name)")
        }
    }

    @Test(arguments: packs)
    func `says what a passive recorder never sees`(pack: Pack) {
        #expect(!pack.dialect.invisible.isEmpty)
        #expect(pack.dialect.invisible.allSatisfy { $0.what.count > 10 })
    }

    @Test(arguments: packs)
    func `knows every key of its samples`(pack: Pack) {
        for sample in pack.dialect.samples {
            let unknown = DialectSet([pack.dialect]).drift(
                topic: Array(sample.topic.utf8),
                payload: sample.payload
            )
            #expect(unknown?.unknownFields ?? [] == [], "\(pack.dialect.name) line \(sample.line)")
        }
    }

    @Test(arguments: packs)
    func `is subscribed to on every topic that it shows`(pack: Pack) throws {
        for sample in pack.dialect.samples {
            let isReached = pack.dialect.subscriptions.contains {
                TopicFilter($0).covers(template: sample.topic)
            }
            #expect(isReached, "\(sample.topic)")
        }
    }

    // What platforms carry beside upgrades: neither events nor unknown ones.
    @Test(
        arguments: [
            ("v1/devices/me/telemetry", #"{"temperature":21.5,"humidity":40}"#),
            ("v1/devices/me/telemetry", #"[{"ts":1700000000000,"values":{"t":1}},{"t":2}]"#),
            ("v1/devices/me/attributes", #"{"brightness":7,"updateFrequency":60}"#),
            ("v1/devices/me/attributes/response/7", #"{"shared":{"updateFrequency":60}}"#),
            ("v1/devices/me/rpc/request/1", #"{"method":"setValue"}"#),
            ("zigbee2mqtt/hall/motion", #"{"occupancy":true,"battery":98,"linkquality":100}"#),
            (
                "zigbee2mqtt/lamp",
                #"{"state":"ON","update":{"state":"available","installed_version":1,"latest_version":2}}"#
            ),
            ("zigbee2mqtt/bridge/logging", #"{"level":"info","message":"MQTT publish: {}"}"#),
            ("zigbee2mqtt/bridge/devices", #"[{"friendly_name":"lamp"}]"#),
            ("zigbee2mqtt/bridge/state", "online"),
            ("zigbee2mqtt/lamp/availability", "offline"), ("zigbee2mqtt/lamp/set", ""),
            ("stat/plug/RESULT", #"{"POWER":"ON"}"#), ("stat/plug/POWER", "ON"),
            ("tele/plug/STATE", #"{"Time":"2026-03-01T08:00:00","POWER":"ON"}"#),
            ("cmnd/plug/Power", "toggle"),
            ("$aws/things/pump/shadow/update", #"{"state":{"reported":{"on":true}}}"#),
            ("$aws/things/pump/jobs/notify", #"{"jobs":{"QUEUED":[]}}"#),
            ("$aws/things/pump/jobs/j1/update/accepted", "{}"),
            (
                "$oc/devices/d/sys/events/up",
                #"{"services":[{"service_id":"$time_sync","event_type":"time_sync_request","paras":{}}]}"#
            ),
            ("$oc/devices/d/sys/properties/report", #"{"services":[]}"#),
            ("$ota/report/p/d", #"{"type":"something_else"}"#),
            ("/sys/pk/dn/thing/event/property/post", #"{"id":"1","params":{"t":1}}"#),
            ("/p1/d1/properties/report", #"{"properties":{"t":1}}"#), ("/p1/d1/event/alarm", "{}"),
            ("v1/7/status/network", #"{"rssi":-40}"#), ("homeassistant/sensor/x/config", "{}"),
            ("$SYS/broker/uptime", "12 seconds"), ("sensors/1", "\u{0}\u{1}"),
        ]
    )
    func `leaves alone what is no upgrade`(topic: String, payload: String) throws {
        #expect(try DialectSet.builtIn().read(Message(topic, payload)) == nil)
    }
}
