"""A project of few objects, in every style in which files are written, with comments between them."""

TEXTS = {
    "domain.yml": """version: "3.1"

intents:
# what customers say
- greet
- query_balance
- query_balance_arrears
- praise
# only as buttons
- retry

entities:
- package

actions:
- action_query_balance
- action_answer

responses:
  # first
  utter_greet:
  - text: 您好。
    buttons:
    - title: 话费
      payload: /query_balance

  # praise
  utter_praise:
  - text: "谢谢：您过奖了。"
  # not an intent's
  utter_other:
  - text: 其他。
""",
    "bot/data/rules.yml": """version: "3.1"

# one rule an intent
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet

# account
- rule: query_balance
  steps:
  - intent: query_balance
  - action: action_query_balance

- rule: query_balance_arrears
  steps:
  - intent: query_balance_arrears
  - action: action_answer

- rule: praise
  steps:
  - intent: praise
  - action: utter_praise
""",
    "bot/data/nlu/account.yml": """version: "3.1"
nlu:
- intent: query_balance
  examples: |
    - 话费
    - 查[星卡](package)话费
    - 还有多少钱
# arrears
- intent: query_balance_arrears
  examples: |
    - 欠费

    - 欠多少
""",
    "bot/data/nlu/talk.yml": """version: "3.1"
nlu:
- intent: greet
  examples: |
    - 你好
- intent: query_balance
  examples: "- 钱呢"
# the end
- intent: praise
  examples: |
    - 真好
    - 不错
""",
    "knowledge_base/content/intents.yml": """# How customers call them.
titles:
  query_balance: 查话费
  query_balance_arrears: "查欠费"
# What editors are told.
descriptions: {greet: 打招呼}
""",
    "knowledge_base/content/answers.yml": """# Answers with conditions.
answers:
  query_balance_arrears:
  - {text: 您没有欠费。, when: {levels: [7星]}}
  - text: 请说“查欠费”。
    buttons:
    - {title: 话费, payload: /query_balance}
""",
    "knowledge_base/content/faq.yml": """# Questions.
entries:
# --- money
- id: balance
  question: 怎么查话费？
  also: [话费在哪, "余额, 在哪"]
  answer: 说“查话费”。
  topic: query_balance
  journey: query_balance
# --- until when
- id: debts
  question: 欠费会停机吗？
  also:
  - 欠费停机
  - 不交费呢
  answer: "会：两个月。"
  topic: query_balance_arrears
  from: 2026-01-01
  to: 2026-12-31
# below
unrelated_words: [
  您好, 在吗,
]
""",
    "knowledge_base/content/offers.yml": """# Offers.
offers:
- id: CARE-CALL
  kind: care
  title: 客户经理回访
  benefit: 给您回电。
  price: 不收费。
  cost: 1500
  months: 0
  from: 2026-01-01
  until: 2027-12-31
  moments: [warning, renewal]
  for: {values: [high, middle]}
  prior: {high: [4, 6], middle: [4, 6], low: [3, 7]}
  keeps: {months: 3, share_percent: 100}
  script:
  - 您什么时间方便？
  objections:
  - {words: [不要打], answer: 好的，不打。}
  callback: true

# the last one
- id: CARE-FIX
  kind: care
  title: 专人跟进
  benefit: 专人跟进。
  price: 不收费。
  cost: 2500
  months: 0
  from: 2026-01-01
  until: 2027-12-31
  moments: [leaving]
  prior: {high: [6, 4], middle: [6, 4], low: [6, 4]}
  keeps: {months: 6, share_percent: 100}
  script: [很抱歉。, 我安排专人跟进。]
  objections: []
  callback: true
""",
    "knowledge_base/content/canned.yml": """# Replies.
groups:
  开场:
  - {code: kc, title: 问候, text: "您好，我是{agent}。"}
  - {code: kz, title: 在不在, text: 您还在吗？}
  # at the end
  结束:
  - code: js
    title: 再见
    text: 再见。
""",
    "knowledge_base/content/hours.yml": """# Hours.
default: ["08:00-22:00", "08:00-22:00", "08:00-22:00", "08:00-22:00", "08:00-22:00", closed, closed]
groups:
  # faults
  fault: ["00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00"]
""",
    "knowledge_base/content/notices.yml": """# Notices.
notices: []
""",
    "knowledge_base/content/cases.yml": """# The fixed set.
cases:
  greet:
  - 您早
  # money
  query_balance:
  - 我的话费
  - {text: 星卡的话费, entities: {package: 星卡}}
""",
    "knowledge_base/content/skills.yml": "groups: [{group: fault, intents: [report]}, {group: mobile}]\n",
    "knowledge_base/content/routing.yml": "levels: {3星: 3, 7星: 7}\n",
    "bot/data/lookups/package.yml": 'version: "3.1"\nnlu:\n- synonym: PLAN-29\n  examples: |\n    - 星卡\n',
}
