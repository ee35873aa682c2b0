"""The words that name something by themselves: entity → value → the ways to say it, in lower case.

What the operator sells is not here: it comes from the lookup files (see `language.lookups`).
"""

# What a customer asks the remainder of.
USAGE_WORDS = {
    "data": ["流量", "刘亮", "上网流量", "gb"],
    "voice": ["语音", "通话", "分钟", "通话时长", "分钟数"],
    "sms": ["短信", "彩信"],
}
PRODUCT_LINES = {
    "mobile": ["手机", "手机卡", "电话卡", "流量卡"],
    "broadband": ["宽带", "光纤", "光猫", "wifi", "无线网", "路由器", "路由"],
    "iptv": ["iptv", "itv", "天翼高清", "机顶盒", "电视", "电视机", "网络电视", "电视盒子"],
    "landline": ["固话", "座机", "固定电话"],
}
DEVICES = {
    "modem": ["光猫", "光调制解调器", "调制解调器"],
    "router": ["路由器", "路由"],
    "set_top_box": ["机顶盒", "电视盒子"],
    "telephone": ["话机", "电话机"],
    "remote_control": ["遥控器", "遥控"],
    "cable": ["网线"],
    "camera": ["摄像头"],
}
# Places that a customer who is not heard turns to: 越级投诉.
ESCALATIONS = {
    "miit": ["工信部", "工业和信息化部", "12300"],
    "telecom_authority": ["通信管理局", "通管局", "管局"],
    "12315": ["12315", "市场监管局", "工商局"],
    "12345": ["12345", "市长热线"],
    "consumer_association": ["消协", "消费者协会", "消费者权益保护协会"],
    "media": ["媒体", "记者", "曝光", "电视台"],
    "legal": ["律师", "起诉", "法院", "打官司", "律师函"],
}
WORDS = {
    "usage_type": USAGE_WORDS,
    "product_line": PRODUCT_LINES,
    "device": DEVICES,
    "escalation": ESCALATIONS,
}
