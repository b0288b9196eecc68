//! The report that is measured: three pages, about 1,000 words, four tables.

use casefile::names::Digest;
use casefile::render::{Band, Fact, Job};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const TEMPLATE: &[u8] = include_bytes!("../report/main.typ");

/// The languages in which it is measured, by their codes.
pub const LANGUAGES: [&str; 4] = ["en", "ar", "ta", "my"];

/// The same six sentences in each of [`LANGUAGES`].
const SENTENCES: [[&str; 6]; 4] = [
    [
        "The visit took place as planned and lasted most of the afternoon.",
        "He spoke about school, his friends in the hostel and the letter that has not come.",
        "The teacher reports steady attendance and a growing interest in mathematics.",
        "We agreed to call the clinic together before the end of the month.",
        "The carers ask for more time to prepare the room and for help with the forms.",
        "Nothing gave rise to concern about his safety during this period.",
    ],
    [
        "تمت الزيارة كما كان مخططا لها واستمرت معظم فترة بعد الظهر.",
        "تحدث عن المدرسة وعن أصدقائه في السكن وعن الرسالة التي لم تصل.",
        "تقول المعلمة إن حضوره منتظم وإن اهتمامه بالرياضيات يزداد.",
        "اتفقنا على الاتصال بالعيادة معا قبل نهاية الشهر.",
        "يطلب مقدمو الرعاية وقتا أطول لتجهيز الغرفة ومساعدة في ملء الاستمارات.",
        "لم يظهر خلال هذه الفترة ما يدعو إلى القلق على سلامته.",
    ],
    [
        "திட்டமிட்டபடி சந்திப்பு நடந்தது, பிற்பகலின் பெரும்பகுதி வரை நீடித்தது.",
        "பள்ளி, விடுதியில் உள்ள நண்பர்கள், இன்னும் வராத கடிதம் பற்றி அவர் பேசினார்.",
        "வருகை சீராக உள்ளது, கணிதத்தில் ஆர்வம் கூடுகிறது என்று ஆசிரியர் கூறுகிறார்.",
        "மாத இறுதிக்குள் மருத்துவமனையை ஒன்றாக அழைக்க ஒப்புக்கொண்டோம்.",
        "அறையைத் தயார் செய்ய கூடுதல் நேரமும் படிவங்களுக்கு உதவியும் பராமரிப்பாளர்கள் கேட்கிறார்கள்.",
        "இந்தக் காலத்தில் அவரது பாதுகாப்பு குறித்து கவலை எதுவும் எழவில்லை.",
    ],
    [
        "စီစဉ်ထားသည့်အတိုင်း အိမ်သို့ သွားရောက်တွေ့ဆုံခဲ့ပြီး နေ့လယ်ပိုင်း အများစု ကြာခဲ့သည်။",
        "သူသည် ကျောင်းအကြောင်း၊ အဆောင်မှ သူငယ်ချင်းများအကြောင်းနှင့် မရောက်သေးသော စာအကြောင်း ပြောပြခဲ့သည်။",
        "ကျောင်းမှန်မှန်တက်ပြီး သင်္ချာကို ပိုမိုစိတ်ဝင်စားလာသည်ဟု ဆရာမက ပြောသည်။",
        "လမကုန်မီ ဆေးခန်းသို့ အတူတကွ ဖုန်းခေါ်ရန် သဘောတူခဲ့သည်။",
        "စောင့်ရှောက်သူများက အခန်းပြင်ဆင်ရန် အချိန်ပိုနှင့် ပုံစံဖြည့်ရန် အကူအညီ တောင်းခံသည်။",
        "ဤကာလအတွင်း သူ၏ ဘေးကင်းလုံခြုံရေးအတွက် စိုးရိမ်စရာ မရှိခဲ့ပါ။",
    ],
];

/// The report number `turn`: each differs a little from the one before.
pub fn job(turn: usize) -> Job {
    job_in(0, turn)
}

/// The same in a language, by its place in [`LANGUAGES`].
pub fn job_in(lang: usize, turn: usize) -> Job {
    let data = data(lang, turn);
    let fact = |key: &str| Fact {
        name: key.to_owned(),
        text: data["header"][key].as_str().expect("text").to_owned(),
    };
    Job {
        files: Arc::new(BTreeMap::from([("/report/main.typ".to_owned(), TEMPLATE.to_vec())])),
        main: "/report/main.typ".to_owned(),
        template: Digest::of(TEMPLATE),
        overlay: false,
        facts: ["number", "status", "code", "report", "date", "manager", "supervisor"].map(fact).to_vec(),
        cases: Vec::new(),
        band: Band::Top,
        photographs: Vec::new(),
        ident: format!("report-{turn}"),
        date: NaiveDate::from_ymd_opt(2016, 11, 30).expect("a date"),
        title: "Progress report".to_owned(),
        author: String::new(),
        keywords: vec!["UASC-2016-0012-O; O; 2016-11-30".to_owned()],
        data,
    }
}

fn data(lang: usize, turn: usize) -> Value {
    let words = |turn, count| words(lang, turn, count);
    let contacts: Vec<_> = (0..7)
        .map(|at| json!([format!("{} November", at + 1), "Home visit", "45", words(turn + at, 1)]))
        .collect();
    let goal = |at: usize| {
        let tasks: Vec<_> = (0..5)
            .map(|task| json!([words(turn + task, 1), "Case manager", "30 November", "open"]))
            .collect();
        json!({ "title": format!("Goal {at}"), "note": words(turn + at, 3), "tasks": tasks })
    };
    json!({
        "lang": LANGUAGES[lang],
        "fonts": ["Noto Sans", "Noto Naskh Arabic", "Padauk", "Noto Sans Tamil"],
        "header": {
            "number": format!("UASC-2016-{turn:04}"), "status": "Open", "code": "O", "report": "Progress report",
            "date": "30 November 2016", "manager": "Aisha Rahman", "supervisor": "Selma Lindqvist",
        },
        "pdf": { "title": "Progress report" },
        "record": {
            "summary": words(turn, 10),
            "contacts": contacts,
            "goals": [goal(1), goal(2), goal(3)],
            "concerns": words(turn + 3, 8),
        },
    })
}

/// `count` sentences, beginning at another one each turn.
fn words(lang: usize, turn: usize, count: usize) -> String {
    let sentences = &SENTENCES[lang];
    let sentence = |at: usize| sentences[(turn + at) % sentences.len()];
    (0..count).map(sentence).collect::<Vec<_>>().join(" ") + &format!(" ({turn})")
}
