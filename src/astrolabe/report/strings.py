"""The report's words in English and Chinese, side by side so that neither can lack one."""

from collections.abc import Mapping

from astrolabe.core.errors import BadInput

LANGUAGES = ("en", "zh")

Words = Mapping[str, str]

_TABLE: Mapping[str, tuple[str, str]] = {
    "accuracy": ("accuracy", "正确率"),
    "accuracy_of_read": ("accuracy of those read", "已读取部分的正确率"),
    "accuracy_title": ("How often each run was right", "各次运行的正确率"),
    "accuracy_subtitle": (
        "Dot: share of right answers. Line: {level} Wilson interval. "
        "Bar: what became of the answers.",
        "圆点：答对比例。横线：{level} Wilson 区间。色条：答案的去向。",
    ),
    "against": ("against {name}", "对比 {name}"),
    "aggregate": ("aggregate", "汇总方式"),
    "alternative": ("alternative", "对照后"),
    "answer": ("answer", "回答"),
    "baseline": ("baseline", "基线"),
    "benchmark": ("benchmark", "基准"),
    "category": ("category", "类别"),
    "chance": ("guessing {share}", "随机猜测 {share}"),
    "charts": ("Pictures", "图"),
    "condition": ("condition", "条件"),
    "contrasted": ("layers contrasted", "被对比的层"),
    "created": ("created {date}", "生成于 {date}"),
    "decided": ("decided", "已判定"),
    "differs_in": ("differs in: {what}", "不同之处：{what}"),
    "differs_nowhere": ("nothing but which items were asked", "仅所选的题目不同"),
    "difference_axis": (
        "difference in accuracy, percentage points",
        "正确率之差（百分点）",
    ),
    "differences_title": (
        "{decided} of {all} planned differences decided",
        "{all} 项计划比较中有 {decided} 项得出判定",
    ),
    "differences_subtitle": (
        "Filled: decided; hollow: not decided; p is corrected for the number of comparisons. "
        "Light band: too small for this sample to find reliably.",
        "实心：已判定；空心：未判定；p 已按比较次数校正。浅色带：此样本量无法可靠检出的差异。",
    ),
    "findings": ("What was found", "结论"),
    "full_condition": ("Full condition", "完整条件"),
    "full_record": ("Full record", "完整记录"),
    "gold": ("right answer", "标准答案"),
    "how_to_read": ("How to read this", "如何阅读本报告"),
    "interval": ("{level} interval", "{level} 区间"),
    "interval_plain": ("interval", "区间"),
    "items": ("items", "题数"),
    "item_note": (
        "A few items, evenly spaced over those that were right and those that were not.",
        "从答对与未答对的题目中各等距抽取几题。",
    ),
    "items_of": ("Sample of items", "题目抽样"),
    "model": ("model", "模型"),
    "near_ties": ("near-ties", "近似平局"),
    "no_scripts": (
        "The pictures need scripts. They also lie beside this file as PNG:",
        "图表需要脚本支持；同一文件夹中另有 PNG 图片：",
    ),
    "no_verdicts": (
        "No comparison was planned, so nothing is claimed about differences between these runs. "
        "Overlapping or separate intervals are no substitute for a paired comparison.",
        "本次没有计划比较，因此不对各次运行之间的差异下任何结论。区间是否重叠不能代替配对比较。",
    ),
    "not_decided": ("not decided", "未判定"),
    "not_run": ("not run", "未运行"),
    "unlabelled": ("no label", "无标准答案"),
    "infra": ("sandbox failed", "沙箱故障"),
    "outcome": ("outcome", "结果"),
    "outcomes": ("What became of the answers", "答案的去向"),
    "outcomes_short": ("outcomes", "结果分布"),
    "polaris": (
        "Polaris is a measuring standard, not a chat model.",
        "Polaris 是测量标准器，不是聊天模型。",
    ),
    "polaris_more": (
        "It was trained on a small made-up world whose truth is known. Its scores calibrate the "
        "instrument; they say nothing about models in general.",
        "它在一个真相已知的小型人造世界上训练而成。其分数用于校准仪器，不能代表一般的模型。",
    ),
    "prompt": ("prompt (its end)", "提示（末尾部分）"),
    "read_as": ("read as", "读取为"),
    "right": ("right", "正确"),
    "rules": ("under other rules", "其他规则下"),
    "run": ("run", "运行"),
    "run_details": ("Each run in full", "各次运行详情"),
    "runs": ("Runs and their conditions", "运行及其条件"),
    "same_everywhere": ("The same in all runs:", "所有运行都相同："),
    "share_axis": ("share of items", "题目占比"),
    "subject": ("subject", "科目"),
    "subject_count": ("{n} subjects", "{n} 个科目"),
    "subjects": ("By subject", "分科目"),
    "subjects_title": ("Accuracy by subject", "分科目正确率"),
    "subjects_subtitle": (
        "One mark for each run; subjects in order of their mean. Small subjects scatter by chance.",
        "每次运行一个标记；科目按平均正确率排序。题数少的科目会因偶然而波动。",
    ),
    "truncated": ("truncated", "被截断"),
    "unparsed": ("unparsed", "未能解析"),
    "what_differs": (
        "Only what differs between the runs has a column; marked values differ from the first run "
        "of the same benchmark.",
        "只有各次运行之间不同的条件才列出；有标记的值与同一基准的第一次运行不同。",
    ),
    "wrong": ("wrong", "错误"),
    "read_accuracy": (
        "<b>Accuracy</b> is the share of items answered right. An answer that could not be read "
        "counts as not right, but is never called wrong: it has its own column.",
        "<b>正确率</b>是答对题目的比例。无法读取的答案不计为正确，但也不算作“错误”，而是单独列出。",
    ),
    "read_interval": (
        "<b>The interval</b> (Wilson) says how far the accuracy could be from what many more "
        "items of the same kind would give. A score without it says little.",
        "<b>区间</b>（Wilson）表示：若有更多同类题目，正确率可能偏离到什么程度。"
        "没有区间的分数说明不了什么。",
    ),
    "read_verdict": (
        "<b>A comparison</b> is paired: both runs answered the same items. It is called "
        "<i>decided</i> only when the exact McNemar test, corrected (Holm) for all comparisons of "
        "this study, would rarely show so much by chance. <i>Not decided</i> does not mean equal.",
        "<b>比较</b>是配对的：两次运行回答同一批题目。只有当精确 McNemar "
        "检验在按本研究的全部比较次数（Holm）校正后仍然显著，才称为<i>已判定</i>。"
        "<i>未判定</i>不等于两者相同。",
    ),
    "read_smallest": (
        "<b>The light band</b> shows the smallest difference that a sample like this finds four "
        "times out of five. Smaller differences may exist and go unseen.",
        "<b>浅色带</b>表示这样的样本在五次中有四次能检出的最小差异。更小的差异可能存在而未被看到。",
    ),
    "read_outcomes": (
        "<b>Unparsed</b>: the model answered, but no answer could be read from its text. "
        "<b>Truncated</b>: the token budget ended first. <b>Not run</b>: no answer was obtained. "
        "Many of these say more about the prompt or the budget than about knowledge.",
        "<b>未能解析</b>：模型作了回答，但无法从文本中读出答案。<b>被截断</b>：词元预算先用尽。"
        "<b>未运行</b>：没有得到回答。这几类较多时，反映的多是提示或预算的问题，而非知识。",
    ),
    "read_conditions": (
        "<b>Conditions</b> move scores. Compare numbers only where the conditions agree in "
        "everything but the one thing you ask about.",
        "<b>条件</b>会影响分数。只有除所考察的那一项外其余条件都一致时，数字才可比较。",
    ),
}

HOW_TO_READ = (
    "read_accuracy",
    "read_interval",
    "read_outcomes",
    "read_verdict",
    "read_smallest",
    "read_conditions",
)
"""Keys of the paragraphs of 'how to read this', in order. Their texts are HTML of ours."""


def words(language: str) -> Words:
    """Every string of the report in one language.

    Raises:
        BadInput: for a language other than `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise BadInput(f"no reports in language '{language}'; there are {', '.join(LANGUAGES)}")
    place = LANGUAGES.index(language)
    return {key: texts[place] for key, texts in _TABLE.items()}
